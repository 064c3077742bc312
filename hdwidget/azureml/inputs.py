"""The datasets of a run on their way to its script: a JSON text in the environment. Light."""

import importlib
import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["INPUTS", "InputDatasets"]

INPUTS = "HDWIDGET_AZUREML_INPUTS"
"""The environment variable: for each name ``{"path": …}`` or ``{"dataset": {…}}``, as JSON."""


class InputDatasets(Mapping[str, Any]):
    """A run's datasets by name, with Azure's two ways of asking: a path, or the dataset.

    Parameters
    ----------
    described : Mapping
        What `INPUTS` holds.
    """

    def __init__(self, described: Mapping[str, Mapping[str, Any]]) -> None:
        self._described = described

    @classmethod
    def of_this_process(cls) -> "InputDatasets":
        """Return those that this process was started with."""
        return cls(json.loads(os.environ.get(INPUTS) or "{}"))

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  # a path, or a dataset of a heavy module
        if name not in self._described:
            known = ", ".join(map(repr, self._described)) or "none"
            message = (
                f"the run has no input dataset {name!r}; it has {known}. Give the script an "
                f"argument dataset.as_named_input({name!r}) when it is submitted."
            )
            raise KeyError(message)
        described = self._described[name]
        if "path" in described:
            return described["path"]
        return importlib.import_module("hdwidget.azureml.datasets").dataset_from_json(
            described["dataset"]
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._described)

    def __len__(self) -> int:
        return len(self._described)

    def __repr__(self) -> str:
        return f"{{{', '.join(f'{name!r}: …' for name in self)}}}"
