"""What a handle may ask of a HyperDrive run beside canceling it, whoever drives it, or nobody."""

from collections.abc import Callable, Mapping
from typing import Any

from hdwidget.checks import finite_number, whole_number
from hdwidget.config import HyperDriveConfig
from hdwidget.config_record import recorded_config
from hdwidget.engine.controller import Controller
from hdwidget.engine.host import Host
from hdwidget.errors import ConfigurationError, EngineError
from hdwidget.function_config import FunctionRunConfig
from hdwidget.policies import Policy
from hdwidget.samplers import Sampler, sampler_from_json
from hdwidget.script_config import ScriptRunConfig
from hdwidget.shown import shown
from hdwidget.space import Expression, SearchSpace
from hdwidget.status import FINAL, RunStatus
from hdwidget.store import RunRecord
from hdwidget.warm_start import gather

__all__ = ["ask", "current_space", "enqueue", "extend", "resume", "resume_child", "update_space"]


def resume(
    host: Host,
    record: RunRecord,
    *,
    run_config: Callable[..., Any] | FunctionRunConfig | ScriptRunConfig | None,
    hyperparameter_sampling: Sampler | None,
    policy: Policy | None,
) -> None:
    """Go on with a run that nobody drives; see `HyperDriveRun.resume`."""
    if host.is_driven(record):
        message = f"{record.id} is running: there is nothing to resume."
        raise EngineError(message)
    if record.status == RunStatus.COMPLETED and record.reason is None:
        message = (
            f"{record.id} has ended with all of its runs. Give it more: "
            f"extend(max_total_runs={record.config['max_total_runs'] + 1})."
        )
        raise ConfigurationError(message)
    config = _config(host, record, run_config, hyperparameter_sampling, policy)
    host.resume(record, config, earlier=gather(config, record.config.get("resume_from", ()), host))


def resume_child(
    host: Host,
    record: RunRecord,
    run_config: Callable[..., Any] | FunctionRunConfig | ScriptRunConfig | None,
) -> None:
    """Have one run of an experiment go on that was stopped, canceled or failed."""
    if record.parent is None or RunStatus(record.status) not in FINAL:
        message = f"only a trial's run that has ended can go on, but {record.id} {_stands(record)}."
        raise ConfigurationError(message)
    if record.status == RunStatus.COMPLETED:
        message = f"{record.id} has completed: there is nothing left to go on with."
        raise ConfigurationError(message)
    for sibling in host.store.children(record.parent):
        if sibling.properties.get("repeats") == record.id:
            message = f"{record.id} was repeated by {sibling.id}: go on with that one."
            raise ConfigurationError(message)
    parent = host.store.run(record.parent)
    if host.is_driven(parent):
        ask(host, record, "resume")
        return
    config = _config(host, parent, run_config)
    earlier = gather(config, parent.config.get("resume_from", ()), host)
    host.resume(parent, config, children=(record.id,), earlier=earlier)


def extend(
    host: Host,
    record: RunRecord,
    *,
    max_total_runs: int | None,
    max_duration_minutes: float | None,
    run_config: Callable[..., Any] | FunctionRunConfig | ScriptRunConfig | None,
) -> None:
    """Change the budget of a run, and go on with it if it has ended."""
    changes = _budget(record, max_total_runs, max_duration_minutes)
    if host.is_driven(record):
        ask(host, record, "extend", changes)
        return
    config = _config(host, record, run_config)
    earlier = gather(config, record.config.get("resume_from", ()), host)
    host.resume(record, config.changed(**changes), earlier=earlier)


def enqueue(host: Host, record: RunRecord, params: Mapping[str, object]) -> None:
    """Have a configuration evaluated before those that the sampler proposes."""
    space = current_space(host, record)
    space.validate(params)
    # In the record first: what was asked for survives the kernel.
    host.store.add_request(record.id, "enqueue", {"params": dict(params)}).wait()
    _look(host, record)


def update_space(host: Host, record: RunRecord, space: Mapping[str, Expression]) -> None:
    """Change the space that is searched from now on."""
    changed, known = SearchSpace(space), current_space(host, record)
    if set(changed.names) != set(known.names):
        message = (
            f"the new space must have the same parameters, {', '.join(known.names)}, but got "
            f"{', '.join(changed.names)}. To fix one, write choice(value)."
        )
        raise ConfigurationError(message)
    sampler_from_json(record.config["hyperparameter_sampling"]).over(changed)  # if it can be
    if SearchSpace.from_json(changed.to_json()) != changed:
        message = (
            "the new space must consist of values that JSON can hold, since the engine reads it "
            f"from the record, but got {shown(changed)}."
        )
        raise ConfigurationError(message)
    ask(host, record, "update_space", {"space": changed.to_json()})


def ask(host: Host, record: RunRecord, action: str, payload: object = None) -> None:
    """Ask something of the engine that drives a run, in this process or in another one.

    Raises
    ------
    EngineError
        Nobody drives the run.
    """
    _check_driven(host, record)
    host.store.add_request(record.id, action, payload).wait()
    _look(host, record)


def _config(
    host: Host,
    record: RunRecord,
    run_config: Callable[..., Any] | FunctionRunConfig | ScriptRunConfig | None,
    hyperparameter_sampling: Sampler | None = None,
    policy: Policy | None = None,
) -> HyperDriveConfig:
    """Return a run's configuration: as this process knows it, or from the record and what is given.

    The budget is the record's, which another process may have changed.
    """
    given = (run_config, hyperparameter_sampling, policy)
    known = host.config_of(record.id) if given == (None, None, None) else None
    if known is not None:
        limits = ("max_total_runs", "max_duration_minutes")
        return known.changed(**{name: record.config[name] for name in limits})
    return recorded_config(
        record.config,
        snapshot=host.snapshot_folder(record.id),
        run_config=run_config,
        hyperparameter_sampling=hyperparameter_sampling,
        policy=policy,
    )


def _look(host: Host, record: RunRecord) -> None:
    """Have the engine look at once, where it is this process's."""
    live = host.live.get(record.parent or record.id)
    if live is not None and isinstance(live.controller, Controller):
        host.loop.call(live.controller.look)


def _check_driven(host: Host, record: RunRecord) -> None:
    if not host.is_driven(record):
        message = f"{record.id} {_stands(record)}: nobody drives it. Write resume() first."
        raise EngineError(message)


def _budget(
    record: RunRecord, max_total_runs: int | None, max_duration_minutes: float | None
) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if max_total_runs is not None:
        changes["max_total_runs"] = whole_number("max_total_runs", max_total_runs, minimum=1)
    if max_duration_minutes is not None:
        changes["max_duration_minutes"] = finite_number(
            "max_duration_minutes", max_duration_minutes
        )
    if not any(value > record.config[name] for name, value in changes.items()):
        message = (
            "one of the limits must be raised: they are "
            f"max_total_runs={record.config['max_total_runs']} and "
            f"max_duration_minutes={record.config['max_duration_minutes']:g}."
        )
        raise ConfigurationError(message)
    return changes


def current_space(host: Host, record: RunRecord) -> SearchSpace:
    """Return the space that a run searches now, with its options as they are in this process."""
    live = host.config_of(record.id)
    sampler = live.hyperparameter_sampling if live is not None else None
    written = record.config["hyperparameter_sampling"]
    if sampler is None or sampler.to_json() != written:
        sampler = sampler_from_json(written)
    return sampler.space


def _stands(record: RunRecord) -> str:
    return f"is {record.status}" + (f" ({record.reason})" if record.reason else "")
