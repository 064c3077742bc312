"""`Model`: the workspace's registry of models. Deploying them is for the cloud."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NoReturn

import hdwidget.models as local
from hdwidget.azureml.cloud_only import refuse

__all__ = ["Model"]


class Model(local.Model):
    """A registered model; see `hdwidget.Model`.

    Examples
    --------
    >>> model = best_run.register_model("digits", "outputs/model.joblib")
    >>> Model(ws, "digits").version
    1
    """

    class Framework(StrEnum):
        """What has trained a model: taken when it is registered, and not kept."""

        CUSTOM = "Custom"
        MULTI = "Multi"
        ONNX = "Onnx"
        PYTORCH = "PyTorch"
        SCIKITLEARN = "ScikitLearn"
        TENSORFLOW = "TensorFlow"
        TFKERAS = "TfKeras"

    @staticmethod
    def deploy(
        workspace: object, name: str, models: Sequence[object] = (), *_: object, **__: object
    ) -> NoReturn:
        """Refuse, and name the models' files."""
        del workspace, name
        places = ", ".join(str(getattr(model, "path", model)) for model in models or ())
        where = f" The model's files are in {places}." if places else ""
        refuse(
            "Model.deploy",
            f"Load the model's file in the notebook, with joblib or with what has written it, and "
            f"call it there.{where}",
        )

    @staticmethod
    def profile(*_: object, **__: object) -> NoReturn:
        """Refuse: there is no service to profile."""
        refuse("Model.profile", "Time a call of the model in the notebook.")

    @staticmethod
    def package(*_: object, **__: object) -> NoReturn:
        """Refuse: there is no image to build."""
        refuse("Model.package", "Copy the model's files with model.download(target_dir).")
