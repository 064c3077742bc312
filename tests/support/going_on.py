"""What is gone on with in the tests, and how it stands then."""

from support.gate import Gate

__all__ = ["Stages", "kill", "listed", "logs", "table"]


async def logs(run, x):
    run.log("accuracy", x)


class Stages:
    """A function whose trials wait at a gate after two of their four values.

    Parameters
    ----------
    keeps
        Whether they leave a checkpoint.
    """

    def __init__(self, *, keeps):
        self.gate = Gate()
        self.keeps = keeps

    async def __call__(self, run, x):
        state = run.checkpoint_dir / "stage" if self.keeps else None
        begin = int(state.read_text()) if state is not None and state.exists() else 0
        for stage in range(begin, 4):
            if stage == 2 and run.resume_from is None:
                await self.gate.passed()
            run.log("accuracy", x + stage)
            if state is not None:
                state.write_text(str(stage + 1))


def kill(experiment, *, forget=True):
    """Interrupt what runs, as the death of its kernel does; what the kernel knew is gone."""
    host = experiment.host
    running = [live.finished for live in host.live.values()]
    host.end_all(at_once=True)
    for finished in running:
        finished.exception(30)
    if forget:
        host._configs.clear()


def table(run):
    """Return number, proposal, status and how many values of each child."""
    children = sorted(run.get_children(), key=lambda child: child.number)
    metrics = run.get_metrics()
    return [
        (
            child.number,
            child.record.proposal,
            child.status,
            len(listed(metrics[child.id].get("accuracy", []))),
        )
        for child in children
    ]


def listed(values):
    """Return a metric's values as a list; one value alone comes back without one."""
    return values if isinstance(values, list) else [values]
