"""An experiment as one file: to keep it elsewhere, or to bring it to another workspace."""

from hdwidget.archive.importing import import_experiment
from hdwidget.archive.writing import export_experiment

__all__ = ["export_experiment", "import_experiment"]
