"""What has no meaning on one's own machine: it can be imported, and says so when it is called."""

from typing import Any, NoReturn

from hdwidget.azureml.exceptions import CloudOnlyError

__all__ = ["CloudOnly", "refuse", "stand_in"]


class CloudOnly(type):
    """The type of classes that raise when they are called, and so do their methods."""

    advice: str

    def __call__(cls, *_args: object, **_keywords: object) -> NoReturn:
        """Refuse."""
        refuse(cls.__name__, cls.advice)

    def __getattr__(cls, name: str) -> Any:  # noqa: ANN401  # whatever stands on the cloud's class
        if name.startswith("__"):
            raise AttributeError(name)
        return stand_in(f"{cls.__name__}.{name}", cls.advice)


def stand_in(name: str, advice: str) -> CloudOnly:
    """Return a class to import in the place of `name`, which raises `CloudOnlyError` when called.

    Parameters
    ----------
    name : str
        What the notebook calls it.
    advice : str
        A sentence: what to do instead.
    """
    return CloudOnly(name, (), {"advice": advice, "__doc__": f"Cloud only. {advice}"})


def refuse(name: str, advice: str) -> NoReturn:
    """Raise the error that `name` has no local meaning, with what to do instead."""
    message = f"{name} runs in Azure's cloud only; hdwidget works on this machine. {advice}"
    raise CloudOnlyError(message)
