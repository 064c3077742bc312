"""Everything that hdwidget raises.

::

    Exception
    └── HDWidgetError
        ├── ArchiveError                         an exported experiment cannot be written or read
        ├── ConfigurationError (ValueError)      an argument does not hold
        │   ├── SpaceError                       … of an expression or a search space
        │   └── UnexpectedKeywordError (TypeError)
        ├── MetricError (ValueError)             a value that cannot be logged
        ├── MissingExtraError (ImportError)      an optional dependency is not installed
        ├── ModelNotFoundError (LookupError)     no such model in the workspace
        ├── RunNotFoundError (LookupError)       no such run in the workspace
        ├── RunFileNotFoundError (FileNotFoundError)  a run has no such file
        ├── ExperimentFailedError                `wait_for_completion`: the run ended as Failed
        ├── SetupError                           the `setup` of a FunctionRunConfig raised
        ├── EngineError                          a fault of hdwidget itself, or of the machine
        └── StoreError                           the record cannot be read or written
            ├── SchemaError                      … because a newer hdwidget wrote it
            └── FencedError                      … because another engine has taken the run over
    BaseException
    └── RunCanceled                              raised in a trial that is to stop
"""

__all__ = [
    "ArchiveError",
    "ConfigurationError",
    "EngineError",
    "ExperimentFailedError",
    "FencedError",
    "HDWidgetError",
    "MetricError",
    "MissingExtraError",
    "ModelNotFoundError",
    "RunCanceled",
    "RunFileNotFoundError",
    "RunNotFoundError",
    "SchemaError",
    "SetupError",
    "SpaceError",
    "StoreError",
    "UnexpectedKeywordError",
]


class HDWidgetError(Exception):
    """Base of every error that hdwidget raises."""


class ArchiveError(HDWidgetError):
    """An exported experiment cannot be written, or a file that is to be imported is none."""


class ConfigurationError(HDWidgetError, ValueError):
    """An argument does not hold; the message says what must hold and what was given."""


class SpaceError(ConfigurationError):
    """A parameter expression or a search space does not hold."""


class UnexpectedKeywordError(ConfigurationError, TypeError):
    """A keyword that the callable does not take; the message suggests the nearest one."""


class MetricError(HDWidgetError, ValueError):
    """A value that `Run.log` cannot take."""


class MissingExtraError(HDWidgetError, ImportError):
    """An optional dependency is not installed; the message names its ``pip install``."""


class ModelNotFoundError(HDWidgetError, LookupError):
    """No model of this name and version is in the workspace."""


class RunFileNotFoundError(HDWidgetError, FileNotFoundError):
    """The run has no file of this name; the message names the nearest."""


class RunNotFoundError(HDWidgetError, LookupError):
    """No run with this id is in the workspace."""


class ExperimentFailedError(HDWidgetError):
    """The run that was waited for ended as Failed; the message holds the first error."""


class SetupError(HDWidgetError):
    """The `setup` of a `FunctionRunConfig` raised: no trial can run.

    Attributes
    ----------
    type, traceback : str
        Of the exception that it raised.
    """

    def __init__(self, message: str, *, type: str = "", traceback: str = "") -> None:  # noqa: A002  # as in a failure
        super().__init__(message)
        self.type = type
        self.traceback = traceback


class EngineError(HDWidgetError):
    """A fault of the engine or of the machine under it, not of a trial."""


class StoreError(HDWidgetError):
    """The record cannot be read or written."""


class SchemaError(StoreError):
    """The record was written by a newer hdwidget, or is not a record of hdwidget's."""


class FencedError(StoreError):
    """Another engine has taken over this HyperDrive run; this one must not write any more."""


class RunCanceled(BaseException):
    """Raised inside a trial, by `Run.log` or by a signal, when the trial is to stop.

    It derives from `BaseException` so that ``except Exception`` does not eat it, and it is sticky:
    a trial that swallows it meets it again at the next `Run.log`.
    """
