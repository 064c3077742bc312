"""Web services: they can be described, and deploying them says that there is no cloud here."""

from typing import Any, NoReturn

from hdwidget.azureml.cloud_only import refuse

__all__ = [
    "AciWebservice",
    "AksWebservice",
    "InferenceConfig",
    "LocalWebservice",
    "ResourceConfiguration",
    "Webservice",
]

INSTEAD = (
    "Load the registered model's file in the notebook, with joblib or with what has written it, "
    "and call it there."
)


class _Described:
    """Keeps what it is given as attributes, so that a notebook gets as far as deploying."""

    def __init__(self, *positional: Any, **attributes: Any) -> None:  # noqa: ANN401  # whatever it is
        self.positional = positional
        vars(self).update(attributes)

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({shown})"


class InferenceConfig(_Described):
    """How a model would be called; nothing is done with it."""


class ResourceConfiguration(_Described):
    """How large a machine would be; nothing is done with it."""


class Deployment(_Described):
    """Where a model would be deployed; nothing is done with it."""


class Webservice:
    """A web service: there is none on this machine."""

    def __init__(self, *_: object, **__: object) -> None:
        refuse(type(self).__name__, INSTEAD)

    @staticmethod
    def deploy_configuration(*positional: Any, **attributes: Any) -> Deployment:  # noqa: ANN401  # as described
        """Return the description of a deployment."""
        return Deployment(*positional, **attributes)

    @staticmethod
    def list(*_: object, **__: object) -> "list[Webservice]":
        """Return the services: none."""
        return []

    @staticmethod
    def deploy(*_: object, **__: object) -> NoReturn:
        """Refuse to deploy."""
        refuse("Webservice.deploy", INSTEAD)

    deploy_from_model = deploy
    deploy_from_image = deploy


class AciWebservice(Webservice):
    """A web service in a container instance."""


class AksWebservice(Webservice):
    """A web service in a cluster."""


class LocalWebservice(Webservice):
    """A web service in a local container."""
