"""``python -m hdwidget.azureml script.py …`` runs a script as Python does, with azureml at hand."""

import os
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType, TracebackType

from hdwidget.azureml import install

__all__ = ["main"]

USAGE = "usage: python -m hdwidget.azureml script.py [argument …]"
NOT_STARTED = 2
"""Python's exit code for a file that it cannot open, and argparse's for a wrong call."""


def main() -> None:
    """Run the script that the command line names, in this process, as ``__main__``."""
    if len(sys.argv) == 1:
        sys.stderr.write(f"{USAGE}\n")
        raise SystemExit(NOT_STARTED)
    install()
    _name_run_as_azure_does()
    script = sys.argv[1]
    try:
        source = Path(script).read_bytes()
    except OSError as error:
        reason = f"[Errno {error.errno}] {error.strerror}"
        sys.stderr.write(f"{sys.executable}: can't open file {script!r}: {reason}\n")
        raise SystemExit(NOT_STARTED) from None
    path = os.path.abspath(script)  # noqa: PTH100  # as Python does: links stay as they are
    shown = _Shown()
    sys.excepthook = shown.excepthook
    shown.code = compile(source, path, "exec", dont_inherit=True)
    sys.argv = sys.argv[1:]
    if not sys.flags.safe_path:  # -m has put the current folder there
        sys.path[0] = os.path.dirname(os.path.realpath(script))  # noqa: PTH120
    module = ModuleType("__main__")
    vars(module).update(
        __file__=path,
        __builtins__=__builtins__,
        __cached__=None,
        __loader__=SourceFileLoader("__main__", path),
        __package__=None,
        __spec__=None,  # a child that multiprocessing spawns then loads the script by its file
    )
    if "__annotations__" in globals():  # Python has one in its __main__, until 3.13
        module.__annotations__ = {}
    sys.modules["__main__"] = module
    exec(shown.code, vars(module))  # noqa: S102  # that is what we are for


def _name_run_as_azure_does() -> None:
    """Set the variables that scripts look at to see whether Azure runs them."""
    for ours, azures in (
        ("HDWIDGET_RUN", "AZUREML_RUN_ID"),
        ("HDWIDGET_EXPERIMENT", "AZUREML_ARM_PROJECT_NAME"),
    ):
        if ours in os.environ:
            os.environ.setdefault(azures, os.environ[ours])


class _Shown:
    """Shows an uncaught exception as Python does: from the script on, without our own frames."""

    code: CodeType | None = None

    def excepthook(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        while trace is not None and trace.tb_frame.f_code is not self.code:
            trace = trace.tb_next
        sys.__excepthook__(kind, error.with_traceback(trace), trace)


if __name__ == "__main__":
    main()
