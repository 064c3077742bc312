"""What a trial may ask of its run beside logging, and the engine's answers."""

from pathlib import Path
from typing import Any, cast

from hdwidget.compute.failure import Failure
from hdwidget.engine.recorder import Recorder
from hdwidget.errors import ConfigurationError
from hdwidget.model_record import ModelRecord, plain_model_name

__all__ = ["Answers"]


class Answers:
    """Answers one trial's requests. Owned by the engine's loop.

    Each public method is a kind of request, and its keywords are the request's fields. What it
    writes is in the record before whatever the trial reports next. Reading waits for what is being
    written, and registering a model for its commit: on the loop, but for milliseconds, and rarely.

    Attributes
    ----------
    declared : Failure or None
        What the trial has said that it fails with.
    """

    kinds = frozenset({"note", "describe", "metrics", "fail", "register_model"})
    """What may be asked."""

    def __init__(self, run_id: str, recorder: Recorder) -> None:
        self.declared: Failure | None = None
        self._run_id = run_id
        self._recorder = recorder

    def answer(self, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Answer a request.

        Raises
        ------
        ConfigurationError
            There is no such request, or its fields do not hold.
        StoreError
            The record cannot be read or written.
        """
        if kind not in self.kinds:
            message = f"a run cannot be asked for {kind!r}."
            raise ConfigurationError(message)
        try:
            return cast("dict[str, Any]", getattr(self, kind)(**fields) or {})
        except TypeError as error:
            message = f"the request {kind!r} has the wrong fields: {error}."
            raise ConfigurationError(message) from error

    def note(self, *, tags: dict[str, Any], properties: dict[str, Any], drop: list[str]) -> None:
        """Change tags and properties, and drop tags."""
        self._recorder.annotate(self._run_id, tags=tags, properties=properties, drop=drop)

    def describe(self) -> dict[str, Any]:
        """Return where the run stands, and what is noted about it."""
        run = self._recorder.run(self._run_id)
        return {
            "status": run.status,
            "tags": dict(run.tags),
            "properties": dict(run.properties),
            "arguments": run.config.get("arguments"),
        }

    def metrics(self, *, name: str | None) -> dict[str, Any]:
        """Return what the run has logged."""
        return {"metrics": self._recorder.logged(self._run_id, name)}

    def fail(self, *, type: str, message: str, traceback: str) -> None:  # noqa: A002  # as in a failure
        """Note that the trial fails, however it will end."""
        self.declared = Failure(type, message, traceback)

    def register_model(
        self,
        *,
        staged: str,
        name: str,
        file: str,
        tags: dict[str, Any],
        properties: dict[str, Any],
        description: str,
    ) -> dict[str, Any]:
        """Put a model into the registry, whose files the trial has laid ready."""
        model = ModelRecord(
            name=plain_model_name(name),
            version=0,
            file=Path(file).name,
            tags=tags,
            properties=properties,
            description=description,
            run=self._run_id,
            created=self._recorder.now(),
        )
        return self._recorder.register_model(model, staged)._asdict()
