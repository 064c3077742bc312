"""What looks wrong with an experiment, and what to do about it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hdwidget.config import RUNS_PER_HYPERPARAMETER
from hdwidget.status import FINAL, RunStatus, StopReason
from hdwidget.store import RunRecord

__all__ = ["Diagnosis", "Finding", "diagnose"]


@dataclass(frozen=True)
class Finding:
    """One thing that looks wrong.

    Attributes
    ----------
    problem : str
        What was seen, with its numbers.
    advice : str
        What to do.
    """

    problem: str
    advice: str

    def __str__(self) -> str:
        return f"! {self.problem}\n  {self.advice}"


@dataclass(frozen=True)
class Diagnosis:
    """The findings about one HyperDrive run: iterable, and a text to read where it is printed."""

    run_id: str
    findings: tuple[Finding, ...]

    def __len__(self) -> int:
        return len(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __repr__(self) -> str:
        if not self.findings:
            return f"{self.run_id}: nothing looks wrong."
        return "\n".join([f"{self.run_id}:", *map(str, self.findings)])


def diagnose(
    parent: RunRecord,
    children: Sequence[RunRecord],
    logged: Mapping[str, Sequence[str]],
    with_number: Collection[str],
    *,
    cores: int,
) -> Diagnosis:
    """Say what looks wrong with a HyperDrive run.

    Parameters
    ----------
    parent, children : RunRecord
        The HyperDrive run and its children, as recorded so far.
    logged : Mapping[str, Sequence[str]]
        The names of the metrics that each child has logged, by the child's id.
    with_number : Collection[str]
        The ids of the children that have logged a finite number as the primary metric.
    cores : int
        The CPUs of the machine.
    """
    findings = [
        *_ended_early(parent, children),
        *_never_logged(parent, children, logged),
        *_no_number(parent, children, logged, with_number),
        *_identical_failures(children),
        *_timeouts(parent, children),
        *_held_loop(parent),
        *_too_many_threads(parent, children, cores),
        *_too_few_runs(parent),
    ]
    return Diagnosis(parent.id, tuple(findings))


def _ended_early(parent: RunRecord, children: Sequence[RunRecord]) -> Iterator[Finding]:
    done = sum(run.status in FINAL and run.reason != parent.reason for run in children)
    total = parent.config["max_total_runs"]
    if parent.reason == StopReason.INTERRUPTED:
        yield Finding(
            f"the process that drove it ended after {done} of {total} runs.",
            "A run ends with its kernel. Submit the rest again.",
        )
    elif parent.reason == StopReason.TIME_BUDGET:
        minutes = parent.config["max_duration_minutes"]
        yield Finding(
            f"max_duration_minutes={minutes:g} ended it after {done} of {total} runs.",
            "Raise it, stop bad runs earlier by a policy, or make fewer runs.",
        )


def _no_number(
    parent: RunRecord,
    children: Sequence[RunRecord],
    logged: Mapping[str, Sequence[str]],
    with_number: Collection[str],
) -> Iterator[Finding]:
    metric = parent.config["primary_metric_name"]
    silent = [r for r in children if metric in logged.get(r.id, ()) and r.id not in with_number]
    if silent:
        yield Finding(
            f"{len(silent)} of {len(children)} runs logged nothing but NaN or infinities as "
            f"`{metric}`.",
            "Such values never rank above a number. Look at the hyperparameters of these runs.",
        )


def _never_logged(
    parent: RunRecord, children: Sequence[RunRecord], logged: Mapping[str, Sequence[str]]
) -> Iterator[Finding]:
    metric = parent.config["primary_metric_name"]
    finished = [run for run in children if run.status == RunStatus.COMPLETED]
    silent = [run for run in finished if metric not in logged.get(run.id, ())]
    if silent:
        others = sorted({name for run in silent for name in logged.get(run.id, ())})
        yield Finding(
            f"{len(silent)} of {len(finished)} finished runs never logged `{metric}`; "
            f"they logged: {', '.join(others) or 'nothing'}.",
            f'Call run.log("{metric}", value) in the function, or mend primary_metric_name.',
        )


def _identical_failures(children: Sequence[RunRecord]) -> Iterator[Finding]:
    errors = Counter(
        f"{run.error.get('type')}: {run.error.get('message')}"
        for run in children
        if run.status == RunStatus.FAILED and run.error is not None
    )
    for error, count in errors.most_common(3):
        if count > 1:
            yield Finding(
                f"{count} of {len(children)} runs failed with the same error: {error:.300}",
                "Its process died: look at logs/stderr.txt of the run, get_details()['logFiles']."
                if error.startswith("ProcessDied")
                else "config.dry_run() runs one trial in this process, with its traceback and pdb.",
            )


def _timeouts(parent: RunRecord, children: Sequence[RunRecord]) -> Iterator[Finding]:
    late = sum(run.reason == StopReason.TRIAL_TIMEOUT for run in children)
    if late:
        seconds = parent.config["max_run_duration_seconds"]
        yield Finding(
            f"{late} of {len(children)} runs were stopped after "
            f"max_run_duration_seconds={seconds:g}.",
            "Raise it, or make the trials shorter.",
        )


def _held_loop(parent: RunRecord) -> Iterator[Finding]:
    held = parent.properties.get("loop_held_seconds")
    if held is not None:
        yield Finding(
            f"the engine's loop was held up for {held:.1f} s: no trial was served meanwhile.",
            "A coroutine computes or blocks. Await asyncio.to_thread(…) for that part, or make "
            'the function a plain one, which runs in a process (isolation="process").'
            if parent.config["isolation"] == "coroutine"
            else "Something else in this process kept Python busy: a cell that computes in C, or "
            "another experiment's coroutine that blocks.",
        )


def _too_many_threads(
    parent: RunRecord, children: Sequence[RunRecord], cores: int
) -> Iterator[Finding]:
    threads = max((int(run.properties.get("threads", 1)) for run in children), default=1)
    at_once = min(int(parent.config["max_concurrent_runs"]), max(len(children), 1))
    if threads > 1 and threads * at_once > cores:
        yield Finding(
            f"{at_once} runs at once with {threads} threads each are {threads * at_once} threads "
            f"on {cores} cores: where they compute, they slow each other down.",
            "Set OMP_NUM_THREADS before the kernel starts, use n_jobs=1 in the function, or "
            "lower max_concurrent_runs.",
        )


def _too_few_runs(parent: RunRecord) -> Iterator[Finding]:
    count = int(parent.config["hyperparameters"])
    wanted = RUNS_PER_HYPERPARAMETER * count
    total = int(parent.config["max_total_runs"])
    size = parent.config["space_size"]
    if total < wanted and (size is None or total < size):
        yield Finding(
            f"max_total_runs={total} is few for {count} hyperparameter{'s' * (count > 1)}.",
            f"Take {wanted} or more ({RUNS_PER_HYPERPARAMETER} for each)"
            f"{', or fix some of them' * (count > 1)}.",
        )
