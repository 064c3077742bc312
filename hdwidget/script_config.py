"""`ScriptRunConfig`: a training script as the thing that is tuned, or run once."""

import contextlib
import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hdwidget.checks import file_path, is_text, positive_number, suggest_keywords, whole_number
from hdwidget.errors import ConfigurationError
from hdwidget.memory_limit import checked_memory_limit
from hdwidget.metrics import plain_name
from hdwidget.shown import as_text, shown

__all__ = ["Environment", "MpiConfiguration", "PyTorchConfiguration", "ScriptRunConfig"]

NO_SCRIPT = " There is no .py file."


@dataclass(frozen=True)
class Environment:
    """What a script runs in.

    Parameters
    ----------
    python : str or Path, optional
        The interpreter: a path, or a name to look for on the PATH. The default is the one that
        runs this.
    environment_variables : Mapping[str, str], optional
        What the script finds in its environment, beside what is in this process's own. They are
        kept in the record, for a run that is resumed: a password belongs into this process's own.
    launcher : Sequence[str]
        Arguments of the interpreter that stand before the script, for example
        ``("-m", "coverage", "run")``.

    Raises
    ------
    ConfigurationError
        There is no such interpreter, or a variable is none that a process can have.

    Examples
    --------
    >>> Environment(environment_variables={"DATA": "/data"}).python is None
    True
    """

    python: Path | None
    environment_variables: Mapping[str, str]
    launcher: tuple[str, ...]

    @suggest_keywords
    def __init__(
        self,
        python: str | Path | None = None,
        environment_variables: Mapping[str, str] | None = None,
        launcher: Sequence[str] = (),
    ) -> None:
        if environment_variables is not None and not isinstance(environment_variables, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
            msg = (
                "`environment_variables` must be a dict of texts by name, such as "
                f"{{'DATA': '/data'}}, but got {shown(environment_variables)}."
            )
            raise ConfigurationError(msg)
        variables = dict(environment_variables or {})
        for name, value in variables.items():
            if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
                msg = f"environment variables must be texts, but got {name}={shown(value)}."
                raise ConfigurationError(msg)
            if not isinstance(name, str) or not name or "=" in name or "\0" in name + value:  # pyright: ignore[reportUnnecessaryIsInstance]
                msg = (
                    "environment variables must have a name without `=`, and no null character, "
                    f"but got {shown(name)}: {shown(value)}."
                )
                raise ConfigurationError(msg)
        object.__setattr__(self, "python", None if python is None else _interpreter(python))
        object.__setattr__(self, "environment_variables", variables)
        object.__setattr__(self, "launcher", _texts("launcher", launcher, '["mpirun"]'))

    @property
    def interpreter(self) -> str:
        """The path of the interpreter."""
        return str(self.python or sys.executable)


@dataclass(frozen=True)
class PyTorchConfiguration:
    """A script in several local processes, as `torch.distributed` has them.

    Parameters
    ----------
    process_count : int, optional
        How many processes there are; the default is `node_count`. Each finds its place in RANK,
        LOCAL_RANK and WORLD_SIZE, and the others at MASTER_ADDR and MASTER_PORT. What rank 0 logs
        is the run's. When one fails, the others are ended.
    communication_backend : str
        Accepted for Azure's sake: the script itself chooses it.
    node_count : int
        1: there is one machine.

    Raises
    ------
    ConfigurationError
        For an argument that does not hold.
    """

    process_count: int
    node_count: int

    @suggest_keywords
    def __init__(
        self,
        process_count: int | None = None,
        communication_backend: str = "Nccl",
        node_count: int = 1,
    ) -> None:
        del communication_backend
        _set_processes(self, node_count if process_count is None else process_count, node_count)


@dataclass(frozen=True)
class MpiConfiguration:
    """A script in several local processes; as `PyTorchConfiguration`, under MPI's name.

    Parameters
    ----------
    process_count_per_node, node_count : int
        How many processes there are, and 1.

    Raises
    ------
    ConfigurationError
        For an argument that does not hold.
    """

    process_count: int
    node_count: int

    @suggest_keywords
    def __init__(self, process_count_per_node: int = 1, node_count: int = 1) -> None:
        _set_processes(self, process_count_per_node, node_count)


@dataclass(frozen=True)
class ScriptRunConfig:
    """A training script: tuned with `HyperDriveConfig`, or run once with `Experiment.submit`.

    Each run has a folder of its own, with a copy of the source directory in which the script is
    started, and with ``outputs/`` and ``logs/``; what is written there belongs to the run. The
    script finds its run with ``Run.get_context()``. It is started without a shell.

    Parameters
    ----------
    source_directory : str or Path, optional
        The folder with the script and what it needs; the default is the current one. A copy is
        made when it is submitted, without what ``.amlignore`` or else ``.gitignore`` names.
    script : str, optional
        The script, relative to `source_directory`.
    arguments : sequence, optional
        What comes before the hyperparameters on the command line.
    compute_target : object, optional
        None, "local", or a name from Azure: it always runs here.
    environment : Environment, str or Path, optional
        What the script runs in: the current interpreter, one given by its path, or more.
    distributed_job_config : PyTorchConfiguration or MpiConfiguration, optional
        In how many processes it runs.
    max_run_duration_seconds : float
        Wall-clock seconds after which a run is stopped. The default is 30 days.
    command : sequence, optional
        A program and its arguments instead of a script; the hyperparameters follow.
    stdout_metrics : Mapping[str, str], optional
        Metrics that the program prints, in whatever language it is written: by name a regular
        expression with a group for the value and, if wanted, one called ``step``. They are looked
        for in this process, so a simple one is a good one. The policy stops such a run by a signal.
    memory_limit : int or str, optional
        What all processes of a run together may take, in bytes or as a text such as "2 GB" or
        "512 MiB". One that takes more is stopped and, if it does not stop, killed. What several of
        them share counts once, mapped files do not; each may reserve twice as much and 1 GB. Where
        the system is not Linux it needs psutil, and counts what is resident.
    run_config, resume_from, docker_runtime_config
        Parts of Azure's signature that have no meaning here; they must be None.

    Raises
    ------
    ConfigurationError
        For an argument that does not hold, or a folder or a script that is not there.

    Examples
    --------
    >>> config = ScriptRunConfig("training", script="train.py", arguments=["--epochs", 30])
    >>> config = ScriptRunConfig(
    ...     command=["Rscript", "train.R"], stdout_metrics={"rmse": r"RMSE: ([0-9.]+)"}
    ... )
    """

    source_directory: Path
    script: str | None
    arguments: tuple[str, ...]
    environment: Environment
    process_count: int
    max_run_duration_seconds: float
    command: tuple[str, ...]
    stdout_metrics: Mapping[str, re.Pattern[str]]
    max_retries: int
    memory_limit: int | None

    @suggest_keywords
    def __init__(
        self,
        source_directory: str | Path | None = None,
        script: str | None = None,
        arguments: Sequence[object] | None = None,
        run_config: None = None,
        _telemetry_values: object = None,
        compute_target: object = None,
        environment: Environment | str | Path | None = None,
        distributed_job_config: PyTorchConfiguration | MpiConfiguration | None = None,
        resume_from: None = None,
        max_run_duration_seconds: float = 2592000,
        command: Sequence[object] | None = None,
        docker_runtime_config: None = None,
        *,
        stdout_metrics: Mapping[str, str] | None = None,
        max_retries: int = 0,
        memory_limit: float | str | None = None,
    ) -> None:
        del _telemetry_values, compute_target
        for name, value in (
            ("run_config", run_config),
            ("resume_from", resume_from),
            ("docker_runtime_config", docker_runtime_config),
        ):
            if value is not None:
                msg = f"`{name}` is not supported by this version of hdwidget; leave it out."
                raise ConfigurationError(msg)
        here = source_directory is None or source_directory == ""  # not of an array's truth
        source = file_path("source_directory", "." if here else source_directory).absolute()
        if not os.path.isdir(source):  # noqa: PTH112  # whatever its name is
            msg = f"`source_directory` must be a folder, but there is none at {source}."
            if os.path.isfile(source):  # noqa: PTH113
                msg += (
                    f" That is a file: write ScriptRunConfig({str(source.parent)!r}, "
                    f"script={source.name!r})."
                )
            raise ConfigurationError(msg)
        if (script is None) == (command is None):
            msg = 'Give either `script`, such as "train.py", or `command`.'
            raise ConfigurationError(msg)
        if script is not None:
            script = _script_in(source, script)
        seconds = positive_number("max_run_duration_seconds", max_run_duration_seconds)
        if not isinstance(environment, Environment):
            environment = Environment(environment)
        fields: dict[str, object] = {
            "source_directory": source,
            "script": script,
            "arguments": _texts("arguments", arguments, '["--epochs", 30]'),
            "environment": environment,
            "process_count": _process_count(distributed_job_config),
            "max_run_duration_seconds": seconds,
            "command": _texts("command", command, '["Rscript", "train.R"]'),
            "stdout_metrics": _patterns({} if stdout_metrics is None else stdout_metrics),
            "max_retries": whole_number("max_retries", max_retries, minimum=0),
            "memory_limit": checked_memory_limit(memory_limit),
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    @property
    def isolation(self) -> str:
        """Where a trial runs: "script", processes of its own."""
        return "script"

    @property
    def label(self) -> str:
        """What errors and records call it: the script, or the program."""
        return self.script or self.command[0]

    @property
    def most_at_once(self) -> int:
        """How many runs there are at once where nobody says so: as many as there are CPUs for."""
        return max(1, (os.cpu_count() or 1) // self.process_count)

    def command_line(self, arguments: Sequence[str]) -> list[str]:
        """Return the program to start and its arguments; `arguments` are those of one run."""
        if self.script is None:
            return [*self.command, *arguments]
        environment = self.environment
        return [environment.interpreter, *environment.launcher, self.script, *arguments]

    def to_json(self) -> dict[str, object]:
        """Return what the record keeps of it."""
        return {
            "isolation": self.isolation,
            "script": self.script,
            "command": list(self.command),
            "arguments": list(self.arguments),
            "source_directory": str(self.source_directory),
            "python": self.environment.interpreter,
            "launcher": list(self.environment.launcher),
            "environment_variables": dict(self.environment.environment_variables),
            "process_count": self.process_count,
            "stdout_metrics": {name: each.pattern for name, each in self.stdout_metrics.items()},
            "max_run_duration_seconds": self.max_run_duration_seconds,
            "max_retries": self.max_retries,
            "memory_limit": self.memory_limit,
        }


def _interpreter(python: str | Path) -> Path:
    found = shutil.which(str(file_path("environment", python)))
    if found is None:
        name = shown(str(python))
        msg = f"`environment` must name an interpreter, but there is no program {name}."
        raise ConfigurationError(msg)
    return Path(found).absolute()


def _set_processes(job: object, process_count: int, node_count: int) -> None:
    if whole_number("node_count", node_count, minimum=1) > 1:
        msg = (
            f"`node_count` must be 1, but got node_count={node_count}: there is one machine. "
            "Set the number of processes instead."
        )
        raise ConfigurationError(msg)
    count = whole_number("process_count", process_count, minimum=1)
    object.__setattr__(job, "process_count", count)
    object.__setattr__(job, "node_count", node_count)


def _process_count(job: object) -> int:
    if job is None:
        return 1
    count = getattr(job, "process_count", None)
    if not isinstance(count, int):
        msg = (
            "`distributed_job_config` must be a PyTorchConfiguration(…) or a MpiConfiguration(…), "
            f"but got distributed_job_config={shown(job, 80)}."
        )
        raise ConfigurationError(msg)
    return count


def _script_in(source: Path, script: str) -> str:
    """Return the script's path relative to its folder, or say which scripts there are."""
    root = source.resolve()
    with contextlib.suppress(OSError, TypeError, ValueError):  # it can be no file's name
        file = (source / script).resolve()
        if file.is_file() and file.is_relative_to(root):
            return file.relative_to(root).as_posix()
    known = sorted(path.name for path in source.glob("*.py"))
    there = f" The scripts there: {', '.join(known[:10])}." if known else NO_SCRIPT
    msg = f"`script` must be a file in {source}, but got script={shown(script)}.{there}"
    raise ConfigurationError(msg)


def _patterns(patterns: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    if not isinstance(patterns, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
        msg = (
            "`stdout_metrics` must be a dict of regular expressions by metric, such as "
            f"{{'loss': r'loss: ([0-9.]+)'}}, but got stdout_metrics={shown(patterns, 80)}."
        )
        raise ConfigurationError(msg)
    return {plain_name(name): _pattern(name, pattern) for name, pattern in patterns.items()}


def _pattern(name: str, pattern: str) -> re.Pattern[str]:
    try:
        compiled = re.compile(pattern)
    except (re.error, TypeError, OverflowError, RecursionError) as error:
        msg = (
            f"`stdout_metrics` must hold regular expressions, but {name}={shown(pattern)}: {error}."
        )
        raise ConfigurationError(msg) from error
    if compiled.groups - len({"step"} & compiled.groupindex.keys()) < 1:
        msg = (
            "`stdout_metrics` must hold regular expressions with a group for the value, such as "
            f"r'{name}: ([0-9.]+)', but got {name}={shown(pattern)}."
        )
        raise ConfigurationError(msg)
    return compiled


def _texts(name: str, values: Sequence[object] | None, example: str) -> tuple[str, ...]:
    if values is None:
        return ()
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
        msg = f"`{name}` must be a list such as {example}, but got {name}={shown(values)}."
        raise ConfigurationError(msg)
    texts = tuple(map(as_text, values))
    if any("\0" in text or not is_text(text) for text in texts):
        msg = f"`{name}` must hold texts without a null character or half of a surrogate pair."
        raise ConfigurationError(msg)
    return texts
