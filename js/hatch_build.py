"""Build the frontend whenever the package is built: as a wheel, an sdist or an editable install.

A checkout builds it with Node, every time, so that no stale bundle is shipped. An unpacked sdist
carries the bundle of its very sources and uses that, and so needs no Node.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MINIMUM_NODE = 20


class FrontendBuildHook(BuildHookInterface):
    """Make sure that ``hdwidget/static/widget.js`` is there, and is that of the sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling's signature
        """Build the bundle, or see that one is there; hatchling calls this before each build."""
        root = Path(self.root)
        bundle = root / "hdwidget" / "static" / "widget.js"
        if (root / "PKG-INFO").exists() and bundle.exists():
            return  # an unpacked sdist
        missing = self._missing_tools()
        if not missing:
            self._build(root / "js")
        elif bundle.exists():
            self.app.display_warning(f"{missing} The frontend is not rebuilt: {bundle} is used.")
        else:
            msg = (
                f"The frontend of hdwidget cannot be built: {missing} Install Node.js >= "
                f"{MINIMUM_NODE} (npm comes with it) and try again, or install hdwidget from its "
                "wheel, which needs neither."
            )
            raise RuntimeError(msg)

    @staticmethod
    def _missing_tools() -> str:
        """Return what keeps the frontend from being built, as a sentence, or an empty text."""
        node, npm = shutil.which("node"), shutil.which("npm")
        if node is None or npm is None:
            return f"`{'npm' if node else 'node'}` is not on the PATH."
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
        version = answer.stdout.strip()
        major = version.removeprefix("v").partition(".")[0]
        if not major.isdecimal() or int(major) < MINIMUM_NODE:
            return f"`node --version` must be >= {MINIMUM_NODE}, but is {version!r}."
        return ""

    @classmethod
    def _build(cls, js: Path) -> None:
        lock = js / "package-lock.json"
        installed = js / "node_modules" / ".package-lock.json"  # written last by npm
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            cls._npm(js, "ci", "--include=dev")  # whatever NODE_ENV says
        cls._npm(js, "run", "build")

    @staticmethod
    def _npm(js: Path, *arguments: str) -> None:
        npm = shutil.which("npm") or "npm"  # the full path: on Windows it is a `.cmd`
        status = subprocess.run([npm, *arguments], cwd=js, check=False).returncode
        if status:
            msg = f"`npm {' '.join(arguments)}` in {js} failed with exit status {status}."
            raise RuntimeError(msg)
