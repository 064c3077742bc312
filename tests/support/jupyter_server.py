"""A Jupyter server of the tests' own, that no setting of the user reaches."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Self

from support.bounded import eventually

from hdwidget.compute.child import die_with_parent

__all__ = ["JupyterServer"]

CONFIG = {
    "ServerApp": {
        "ip": "127.0.0.1",
        "open_browser": False,
        "port_retries": 0,
        "terminals_enabled": False,
    },
    # The pages' `window.jupyterapp`, through which the tests give commands.
    "LabApp": {"expose_app_in_browser": True, "extension_manager": "readonly"},
    "JupyterNotebookApp": {"expose_app_in_browser": True},
}

PAGE_CONFIG = {
    "disabledExtensions": {
        "@jupyterlab/apputils-extension:announcements": True,  # asks the network for news
        "@jupyterlab/extensionmanager-extension": True,  # … and for extensions
    }
}

START_SECONDS = 60.0
STOP_SECONDS = 20.0


class JupyterServer:
    """JupyterLab's server, which also serves Notebook 7 and nbclassic where they are installed.

    Parameters
    ----------
    folder : Path
        Takes the notebooks (in `root`), the settings and the log.

    Attributes
    ----------
    root : Path
        The folder that the notebooks' paths start from.
    url : str
        Where the server is, without a slash at the end.
    token : str
        What a request must bring along.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder / "notebooks"
        self.root.mkdir()
        self.token = secrets.token_hex(16)
        self.log = folder / "server.log"
        config = folder / "config"
        write_json(config / "jupyter_server_config.json", CONFIG)
        write_json(config / "labconfig" / "page_config.json", PAGE_CONFIG)
        self._kernels = folder / "data" / "kernels"
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={self.root}"),
                    f"--ServerApp.port={port}",
                    *(["--allow-root"] if is_root() else []),
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={
                    **{name: value for name, value in os.environ.items() if is_kept(name)},
                    "IPYTHONDIR": str(folder / "ipython"),
                    "JUPYTER_CONFIG_DIR": str(config),
                    "JUPYTER_DATA_DIR": str(folder / "data"),
                    "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
                    "JUPYTER_TOKEN": self.token,
                },
                start_new_session=True,  # Ctrl-C is for pytest, which then ends the server
                preexec_fn=die_with_parent,  # noqa: PLW1509  # a pytest that is killed leaves nothing
            )

    def __enter__(self) -> Self:
        try:
            eventually(self._has_answered, START_SECONDS)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.send_signal(signal.SIGTERM)  # ends its kernels, too
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def add_kernel(self, name: str, python: Path) -> None:
        """Offer the kernel of another environment; it has "python3", of this one, anyway."""
        assert python.exists(), f"{python} is missing. Run `make test-all`, which makes it."
        arguments = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = {"argv": arguments, "display_name": name, "language": "python"}
        write_json(self._kernels / name / "kernel.json", spec)

    def end_kernels(self) -> None:
        """Shut every kernel down, and return when they have ended."""
        for session in self._ask("GET", "api/sessions"):
            self._ask("DELETE", f"api/sessions/{session['id']}")

    def _has_answered(self) -> bool:
        assert self._process.poll() is None, f"JupyterLab has ended:\n{self.log.read_text()}"
        try:
            return bool(self._ask("GET", "api/status"))
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError:  # nobody listens yet
            return False

    def _ask(self, method: str, path: str) -> Any:
        request = urllib.request.Request(
            f"{self.url}/{path}", method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=START_SECONDS) as response:
            text = response.read()
        return json.loads(text) if text else None


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def is_kept(name: str) -> bool:
    """Tell whether the server inherits an environment variable: none that moves Jupyter's paths."""
    return not name.startswith(("JUPYTER", "IPYTHON", "PYTEST_"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def write_json(file: Path, value: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value), encoding="utf-8")
