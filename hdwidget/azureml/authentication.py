"""`azureml.core.authentication`: accepted, and not needed on one's own machine."""

__all__ = [
    "AzureCliAuthentication",
    "InteractiveLoginAuthentication",
    "MsiAuthentication",
    "ServicePrincipalAuthentication",
    "TokenAuthentication",
]


class _Nobody:
    """An identity that is never asked for; takes whatever Azure's class takes, and keeps none."""

    def __init__(self, *_args: object, **_keywords: object) -> None:
        pass

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def get_authentication_header(self) -> dict[str, str]:
        """Return no header: there is nobody to send it to."""
        return {}


class AzureCliAuthentication(_Nobody):
    """Who `az login` has logged in."""


class InteractiveLoginAuthentication(_Nobody):
    """Who logs in in a browser."""


class MsiAuthentication(_Nobody):
    """A machine's identity."""


class ServicePrincipalAuthentication(_Nobody):
    """A service's identity."""


class TokenAuthentication(_Nobody):
    """Who has a token."""
