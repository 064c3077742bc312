"""`azureml.telemetry`: nothing is sent to anyone."""

import sys

__all__ = ["set_diagnostics_collection"]


def set_diagnostics_collection(
    send_diagnostics: bool = True,  # noqa: FBT001, FBT002  # Azure's signature
    verbosity: object = None,
) -> None:
    """Say that hdwidget collects nothing, whatever is asked for."""
    del send_diagnostics, verbosity
    sys.stdout.write("Diagnostics are off: hdwidget sends nothing anywhere.\n")
