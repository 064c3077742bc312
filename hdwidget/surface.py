"""What runs offer alike, to their own code and to those who hold a handle on them.

Light: a trial's process loads this.
"""

import io
import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from hdwidget import artifacts, tables
from hdwidget.artifacts import Source
from hdwidget.durable import Logged
from hdwidget.errors import ConfigurationError, MetricError
from hdwidget.metrics import MetricValue, plain_name, plain_step, plain_value
from hdwidget.shown import as_text, shown

__all__ = ["RunSurface", "declared_failure", "plain_notes"]

PLAIN_IN_NAMES = frozenset("-_. ()/")
LONGEST_STEM = 200
"""Bytes of a picture's name; file systems take 255."""


class RunSurface(ABC):
    """Logging, files, tags and properties of a run, wherever its record is kept."""

    @property
    @abstractmethod
    def _home(self) -> Path:
        """The run's folder."""

    @abstractmethod
    def _put(self, name: str, value: MetricValue, step: int | None) -> Logged:
        """Keep one logged value."""

    @abstractmethod
    def _note(
        self,
        *,
        tags: Mapping[str, Any] | None = None,
        properties: Mapping[str, Any] | None = None,
        drop: Iterable[str] = (),
    ) -> None:
        """Change tags and properties, and drop tags."""

    @abstractmethod
    def get_tags(self) -> dict[str, Any]:
        """Return the run's tags."""

    @abstractmethod
    def get_properties(self) -> dict[str, Any]:
        """Return the run's properties."""

    @abstractmethod
    def get_details(self) -> dict[str, Any]:
        """Return everything about the run at once, under Azure's names."""

    def _named(self, name: str) -> str:
        """Return the name under which an uploaded file is kept."""
        return name

    # --- metrics

    def log(
        self, name: str, value: object, description: str = "", step: int | None = None
    ) -> Logged:
        """Report a metric; the primary metric of a trial is judged by the policy there and then.

        Parameters
        ----------
        name : str
            The metric. One logging of the primary metric is one interval of the policy.
        value : int, float, bool or str
            Scalars of NumPy and PyTorch are stored plain, paths as texts. NaN and infinities are
            kept as they are. The primary metric must be a number.
        description : str
            Accepted for Azure's sake; it is not kept.
        step : int, optional
            The epoch, or whatever counts the value; shown on the x axis. Where a run goes on, a
            step that it has logged already is not recorded once more.

        Returns
        -------
        Logged
            In a function that runs in a process or a thread, the value is durable when `log`
            returns. In a coroutine `log` returns at once and ``await run.log(…)`` waits for that.

        Raises
        ------
        RunCanceled
            The trial is to stop: the policy or a person said so. Let it through. A trial that
            swallows it meets it again at the next `log`, and is killed after a grace period.
        MetricError
            The value is nothing that can be logged.

        Examples
        --------
        >>> def train(run, learning_rate):
        ...     for epoch in range(30):
        ...         run.log("accuracy", 0.9, step=epoch)
        """
        del description
        name = plain_name(name)
        return self._put(name, plain_value(name, value), plain_step(name, step))

    def log_list(self, name: str, value: Iterable[object], description: str = "") -> None:
        """Report several values of a metric, in order, each as `log` would.

        Raises
        ------
        RunCanceled, MetricError
            As `log` does.
        """
        name = plain_name(name)
        if not isinstance(value, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
            message = f"`{name}` must be a list of values, but got {shown(value, 80)}."
            raise MetricError(message)
        for item in value:
            self.log(name, item, description)

    def log_row(self, name: str, description: str = "", **columns: object) -> Logged:
        """Report one row of a table; `get_metrics` gives the rows of a name as columns.

        Parameters
        ----------
        name : str
            The table.
        description : str
            Accepted for Azure's sake; it is not kept.
        **columns
            The row's cells: whatever `log` takes, None, and lists of these.

        Raises
        ------
        RunCanceled, MetricError
            As `log` does.

        Examples
        --------
        >>> run.log_row("cosine", angle=0.1, value=0.995)
        >>> run.get_metrics("cosine")
        {'cosine': {'angle': [0.1], 'value': [0.995]}}
        """
        del description
        return self._put(plain_name(name), tables.as_row(name, columns), None)

    def log_table(
        self, name: str, value: Mapping[str, Iterable[object]], description: str = ""
    ) -> Logged:
        """Report a table, ``{column: [cell, …]}``; several of one name are joined.

        Raises
        ------
        RunCanceled, MetricError
            As `log` does.
        """
        del description
        return self._put(plain_name(name), tables.as_table(name, value), None)

    def log_image(
        self,
        name: str,
        path: Source | None = None,
        plot: Any = None,  # noqa: ANN401  # matplotlib is not loaded for it
        description: str = "",
    ) -> Logged:
        """Keep a picture among the run's files, and log the name of its file.

        Parameters
        ----------
        name : str
            The metric, and the file's name without its ending; a second picture of a name gets a
            number.
        path : str or Path, optional
            A picture's file.
        plot : matplotlib figure or ``matplotlib.pyplot``, optional
            Whatever has `savefig`; it is saved as PNG.
        description : str
            Accepted for Azure's sake; it is not kept.

        Raises
        ------
        MetricError
            Neither a path nor a plot was given, or both.
        ConfigurationError
            There is no such file.
        RunCanceled
            As `log` does.

        Examples
        --------
        >>> name = "roc"
        >>> run.log_image(name, plot=plt)
        >>> run.download_file(run.get_metrics(name)[name])      # roc.png
        """
        del description
        name = plain_name(name)
        if (path is None) == (plot is None):
            message = f"`log_image({name!r}, …)` takes a path or a plot, one of them."
            raise MetricError(message)
        source, ending = path, ".png"
        if isinstance(path, str | os.PathLike):
            ending = Path(path).suffix or ".png"
        elif plot is not None:
            source = _png(name, plot)
        assert source is not None
        stem = "".join(c if c.isalnum() or c in PLAIN_IN_NAMES else "_" for c in name)
        stem = stem.encode()[:LONGEST_STEM].decode(errors="ignore")
        return self._put(name, self.upload_file(self._unused(stem, ending), source), None)

    def log_confusion_matrix(
        self, name: str, value: Mapping[str, object] | str, description: str = ""
    ) -> Logged:
        """Report a confusion matrix, as Azure's dict ``{schema_type, schema_version, data}``.

        Parameters
        ----------
        name : str
            The metric.
        value : dict or str
            The dict, its JSON, or only its ``data``: ``{"class_labels": […], "matrix": [[…]]}``.
        description : str
            Accepted for Azure's sake; it is not kept.

        Raises
        ------
        RunCanceled, MetricError
            As `log` does.
        """
        return self._artifact("confusion_matrix", name, value, description)

    def log_residuals(
        self, name: str, value: Mapping[str, object] | str, description: str = ""
    ) -> Logged:
        """Report a regression's residuals; see `log_confusion_matrix`."""
        return self._artifact("residuals", name, value, description)

    def log_predictions(
        self, name: str, value: Mapping[str, object] | str, description: str = ""
    ) -> Logged:
        """Report a regression's predictions; see `log_confusion_matrix`."""
        return self._artifact("predictions", name, value, description)

    def log_accuracy_table(
        self, name: str, value: Mapping[str, object] | str, description: str = ""
    ) -> Logged:
        """Report what ROC and precision-recall curves are made of; see `log_confusion_matrix`."""
        return self._artifact("accuracy_table", name, value, description)

    def flush(self, timeout_seconds: float = 300) -> None:
        """Return at once: what was logged is on its way, or durable, when `log` returns."""
        del timeout_seconds

    # --- files

    def upload_file(
        self, name: str, path_or_stream: Source, datastore_name: str | None = None
    ) -> str:
        """Keep a copy of a file among the run's files; return the name that it has there.

        What a trial writes below ``outputs/`` and ``logs/`` of its folder is kept anyway.

        Parameters
        ----------
        name : str
            The file's name in the run, ``models/best.pkl``. One of that name is replaced.
        path_or_stream : str, Path or stream
            The file, or a stream of bytes or text.
        datastore_name : str, optional
            Accepted for Azure's sake.

        Raises
        ------
        ConfigurationError
            There is no such file, or the name points out of the run's folder.
        """
        del datastore_name
        return artifacts.upload_file(self._home, self._named(name), path_or_stream)

    def upload_folder(
        self, name: str, path: str | os.PathLike[str], datastore_name: str | None = None
    ) -> list[str]:
        """Keep copies of all files below a folder among the run's files; return their names.

        Raises
        ------
        ConfigurationError
            There is no such folder, or the name points out of the run's folder.
        """
        del datastore_name
        return artifacts.upload_folder(self._home, self._named(name), path)

    def get_file_names(self) -> list[str]:
        """Return the names of the run's files, sorted: logs, outputs and uploads."""
        return artifacts.file_names(self._home)

    def download_file(
        self,
        name: str,
        output_file_path: str | os.PathLike[str] | None = None,
        _validate_checksum: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
    ) -> Path:
        """Copy one of the run's files; return where it is now.

        Parameters
        ----------
        name : str
            As `get_file_names` gives it; a leading ``/`` or ``./`` is forgiven.
        output_file_path : str or Path, optional
            A file, whose folders are made, or a folder; the default is the file's own name in the
            working folder.

        Raises
        ------
        RunFileNotFoundError
            The run has no such file; the message names the nearest.
        """
        return artifacts.download_file(self._home, self._found(name), output_file_path)

    def download_files(
        self, prefix: str | None = None, output_directory: str | os.PathLike[str] | None = None
    ) -> list[Path]:
        """Copy the run's files whose names begin with `prefix`, under their names.

        Parameters
        ----------
        prefix : str, optional
            The default is all of them.
        output_directory : str or Path, optional
            Where to; the default is the working folder.

        Returns
        -------
        list of Path
            Where the files are now.
        """
        return artifacts.download_files(self._home, prefix, output_directory)

    def get_details_with_logs(self) -> dict[str, Any]:
        """Return `get_details` with the logs' texts in place of their paths."""
        return {**self.get_details(), "logFiles": artifacts.read_logs(self._home)}

    def get_all_logs(self, destination: str | os.PathLike[str] | None = None) -> list[str]:
        """Copy the run's logs into a folder, by default one of the run's id; return their paths."""
        target = self._folder_name if destination is None else destination
        return [str(path) for path in artifacts.download_files(self._home, "logs/", target)]

    # --- tags and properties

    def tag(self, key: str, value: object = None) -> None:
        """Note a tag: a text to find the run by, with a value or without."""
        self.set_tags({as_text(key): value})

    def set_tags(self, tags: Mapping[str, object]) -> None:
        """Note tags; those that are there already change their value."""
        self._note(tags=plain_notes(tags))

    def remove_tags(self, tags: str | Iterable[str]) -> None:
        """Remove tags; nothing happens with those that are not there."""
        if not isinstance(tags, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
            message = f"`tags` must be a list of names, but got tags={shown(tags)}."
            raise ConfigurationError(message)
        self._note(drop=[tags] if isinstance(tags, str) else [as_text(tag) for tag in tags])

    def add_properties(self, properties: Mapping[str, object]) -> None:
        """Note properties; those that are there already change their value."""
        self._note(properties=plain_notes(properties))

    # --- the rest

    def _artifact(self, kind: str, name: str, value: object, description: str) -> Logged:
        del description
        return self._put(plain_name(name), tables.as_artifact(name, kind, value), None)

    @property
    @abstractmethod
    def _folder_name(self) -> str:
        """The name of the folder that `get_all_logs` makes."""

    def _found(self, name: str) -> str:
        """Return the name of a file that is asked for, where `_named` may have moved it."""
        return name

    def _unused(self, stem: str, ending: str) -> str:
        taken = set(self.get_file_names())
        number, name = 0, f"{stem}{ending}"
        while self._named(artifacts.normal_name(name)) in taken:
            number += 1
            name = f"{stem}_{number}{ending}"
        return name


def _png(name: str, plot: Any) -> io.BytesIO:  # noqa: ANN401  # matplotlib's
    if not callable(getattr(plot, "savefig", None)):
        message = (
            f"the plot of `log_image({name!r}, plot=…)` must be a matplotlib figure or "
            f"matplotlib.pyplot, but got {shown(plot, 80)}."
        )
        raise MetricError(message)
    picture = io.BytesIO()
    plot.savefig(picture, format="png")
    picture.seek(0)
    return picture


def plain_notes(notes: Mapping[str, object] | None) -> dict[str, str | None]:
    """Return tags or properties as texts, as Azure keeps them; a tag may have no value."""
    if notes is not None and not isinstance(notes, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
        message = (
            "tags and properties must be a dict of texts by name, such as {'team': 'vision'}, "
            f"but got {shown(notes)}."
        )
        raise ConfigurationError(message)
    return {
        as_text(key): None if value is None else as_text(value)
        for key, value in (notes or {}).items()
    }


def declared_failure(error_details: object, error_code: str | None) -> dict[str, str]:
    """Return what `fail` was given as the type, the message and the traceback of a failure."""
    kind, message, trace = "RunFailed", "the run was failed by its own code", ""
    if isinstance(error_details, BaseException):
        kind = type(error_details).__name__
        import traceback  # noqa: PLC0415  # every script's process loads this module

        trace = "".join(traceback.format_exception(error_details))
    if error_details is not None:
        message = as_text(error_details)
    kind = kind if error_code is None else as_text(error_code) or kind
    return {"type": kind, "message": message, "traceback": trace}
