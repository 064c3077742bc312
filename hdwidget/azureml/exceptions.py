"""Azure's exceptions, as far as notebooks catch them.

::

    AzureMLException
    ├── UserErrorException
    │   ├── ComputeTargetException …        each of the others
    │   ├── ActivityFailedException (ExperimentFailedError)
    │   └── RunEnvironmentException
    └── CloudOnlyError (NotImplementedError)    hdwidget's own: a call without a local meaning
"""

from hdwidget.errors import ExperimentFailedError, HDWidgetError

__all__ = [
    "ActivityFailedException",
    "AuthenticationException",
    "AzureMLException",
    "CloudOnlyError",
    "ComputeTargetException",
    "DatasetValidationError",
    "ExperimentExecutionException",
    "ExperimentNotFoundException",
    "LocalRunWarning",
    "ModelNotFoundException",
    "ModelPathNotFoundException",
    "ProjectSystemException",
    "RunConfigurationException",
    "RunEnvironmentException",
    "ServiceException",
    "SnapshotException",
    "TrainingException",
    "UserErrorException",
    "WebserviceException",
    "WorkspaceException",
]


class AzureMLException(HDWidgetError):  # noqa: N818  # Azure's name
    """Base of Azure's exceptions.

    Attributes
    ----------
    message : str
        What it says.
    """

    def __init__(self, exception_message: str = "", *args: object, **_details: object) -> None:
        super().__init__(exception_message, *args)
        self.message = exception_message

    def __str__(self) -> str:
        return self.message


class CloudOnlyError(AzureMLException, NotImplementedError):
    """The call has no meaning on one's own machine; the message says what to do instead."""


class UserErrorException(AzureMLException):
    """What was asked for does not hold, or is not there."""


class ComputeTargetException(UserErrorException):
    """There is no such compute target."""


class ActivityFailedException(UserErrorException, ExperimentFailedError):  # noqa: N818  # Azure's
    """The run that was waited for ended as Failed."""


class AuthenticationException(UserErrorException):
    """Not raised here: nobody is asked who they are."""


class DatasetValidationError(UserErrorException):
    """A dataset's files are not there, or not what they are taken for."""


class ExperimentExecutionException(UserErrorException):
    """A run could not be started."""


class ExperimentNotFoundException(UserErrorException):
    """There is no such experiment."""


class ModelNotFoundException(UserErrorException):
    """There is no such model."""


class ModelPathNotFoundException(UserErrorException):
    """A model's files are not there."""


class ProjectSystemException(UserErrorException):
    """A workspace could not be had."""


class RunConfigurationException(UserErrorException):
    """A run's configuration does not hold."""


class RunEnvironmentException(UserErrorException):
    """Code asked for its run with ``allow_offline=False``, and no experiment runs it."""


class ServiceException(UserErrorException):
    """Not raised here: there is no service."""


class SnapshotException(UserErrorException):
    """The source directory could not be copied."""


class TrainingException(UserErrorException):
    """An estimator's arguments do not hold."""


class WebserviceException(UserErrorException):
    """There is no such web service."""


class WorkspaceException(UserErrorException):
    """A workspace could not be had."""


class LocalRunWarning(UserWarning):
    """Something that Azure would do is done in another way on this machine."""
