"""`ws.get_default_keyvault()`: secrets are environment variables here."""

import os
from collections.abc import Iterable

from hdwidget.azureml.exceptions import UserErrorException

__all__ = ["Keyvault"]


class Keyvault:
    """Looks secrets up in the environment; nothing is written anywhere.

    The secret ``storage-key`` is the environment variable ``storage-key`` or ``STORAGE_KEY``.
    """

    def get_secret(self, name: str) -> str:
        """Return a secret.

        Raises
        ------
        UserErrorException
            There is no such environment variable.
        """
        variable = name.upper().replace("-", "_")
        for key in (name, variable):
            if key in os.environ:
                return os.environ[key]
        message = (
            f"there is no secret {name!r}: on this machine secrets are environment variables. "
            f"Set {variable} before the notebook's kernel starts."
        )
        raise UserErrorException(message)

    def get_secrets(self, secrets: Iterable[str]) -> dict[str, str]:
        """Return several secrets by name, as `get_secret` finds them."""
        return {name: self.get_secret(name) for name in secrets}

    def set_secret(self, name: str, value: str) -> None:
        """Keep a secret for this process and those that it starts."""
        os.environ[name.upper().replace("-", "_")] = value
