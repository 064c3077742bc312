"""Code that no experiment runs: what it reports goes to the console. Light, as `context` is."""

import sys
import time
from typing import Any

from hdwidget import tables
from hdwidget.durable import DURABLE, Logged
from hdwidget.errors import EngineError
from hdwidget.metrics import MetricValue

__all__ = ["Offline", "OfflineChild"]


class Offline:
    """The transport of code that no experiment runs: values go to the console, and are kept."""

    def __init__(self) -> None:
        self.logged: dict[str, list[MetricValue]] = {}
        """Every value that was logged, by name."""
        self._tags: dict[str, Any] = {}
        self._properties: dict[str, Any] = {}

    def log(self, name: str, value: MetricValue, step: int | None) -> Logged:
        """Print the value and go on."""
        at = "" if step is None else f" (step {step})"
        self.logged.setdefault(name, []).append(value)
        sys.stdout.write(f"{name} = {value}{at}\n")
        return DURABLE

    def request(self, kind: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
        """Answer as an engine would, and say on the console what it is that nobody keeps."""
        match kind:
            case "describe":
                return {"status": "Running", "tags": self._tags, "properties": self._properties}
            case "metrics":
                name = fields["name"]
                asked = {key: of for key, of in self.logged.items() if name in (None, key)}
                return {"metrics": tables.as_logged(asked)}
            case "register_model":
                del fields["staged"]
                sys.stdout.write(f"model {fields['name']} is not registered outside a run\n")
                return {**fields, "version": 0, "run": None, "created": time.time()}
            case _:
                self._do(kind, fields)
                return {}

    def _do(self, kind: str, fields: dict[str, Any]) -> None:
        match kind:
            case "note":
                self._note(**fields)
            case "fail":
                sys.stdout.write(f"failed: {fields['type']}: {fields['message']}\n")
            case "cancel":
                sys.stdout.write("canceled\n")
            case _:
                message = f"a run cannot be asked for {kind!r}."
                raise EngineError(message)

    def _note(self, *, tags: dict[str, Any], properties: dict[str, Any], drop: list[str]) -> None:
        self._tags.update(tags)
        self._properties.update(properties)
        for key in drop:
            self._tags.pop(key, None)
        for key, value in {**tags, **properties}.items():
            sys.stdout.write(f"{key}: {value}\n")


class OfflineChild(Offline):
    """The transport of a child of such code, which says how it ends."""

    def request(self, kind: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
        """Answer as `Offline` does."""
        if kind == "end":
            sys.stdout.write(f"{fields['status']}\n")
            return {}
        return super().request(kind, **fields)
