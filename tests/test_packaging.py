"""What is built from the sources, and what the build says when it cannot."""

import gzip
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[1]
BUNDLE = ROOT / "hdwidget" / "static" / "widget.js"


@pytest.fixture
def hook(tmp_path):
    """The build hook of a checkout in `tmp_path`; `hook.warnings` holds what it warned of."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "js" / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    warnings = []
    app = SimpleNamespace(display_warning=warnings.append)
    hook = module.FrontendBuildHook(str(tmp_path), {}, None, None, str(tmp_path), "wheel", app)
    hook.warnings = warnings
    return hook


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """A PATH with a fake node and npm: `tools(node="v20.1.0")` says which are there."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def install(**scripts):
        for name, script in scripts.items():
            (folder / name).write_text(f"#!/bin/sh\n{script}\n")
            (folder / name).chmod(0o755)

    return install


@pytest.fixture
def js(tmp_path):
    folder = tmp_path / "js"
    folder.mkdir()
    (folder / "package-lock.json").touch()
    return folder


def place_bundle(root):
    bundle = root / "hdwidget" / "static" / "widget.js"
    bundle.parent.mkdir(parents=True)
    bundle.touch()


class TestHook:
    def test_without_node_and_bundle_it_says_what_to_do(self, hook, tools):
        tools()
        with pytest.raises(
            RuntimeError, match=r"`node` is not on the PATH\. Install Node\.js >= 20"
        ):
            hook.initialize("standard", {})

    def test_without_npm(self, hook, tools):
        tools(node="echo v22.0.0")
        with pytest.raises(RuntimeError, match="`npm` is not on the PATH"):
            hook.initialize("standard", {})

    @pytest.mark.parametrize("answer", ["v18.20.4", ""])
    def test_with_an_old_node(self, hook, tools, answer):
        tools(node=f"echo {answer}", npm="exit 1")
        with pytest.raises(RuntimeError, match=rf"must be >= 20, but is '{re.escape(answer)}'"):
            hook.initialize("standard", {})

    def test_without_node_it_uses_the_bundle_and_says_so(self, hook, tools, tmp_path):
        tools()
        place_bundle(tmp_path)
        hook.initialize("standard", {})
        (warning,) = hook.warnings
        assert "`node` is not on the PATH. The frontend is not rebuilt" in warning

    def test_in_an_sdist_it_uses_the_bundle_even_with_node(self, hook, tools, tmp_path):
        tools(node="echo v20.0.0", npm="exit 1")
        place_bundle(tmp_path)
        (tmp_path / "PKG-INFO").touch()
        hook.initialize("standard", {})
        assert hook.warnings == []

    def test_in_a_checkout_it_rebuilds_and_installs_what_changed(self, hook, tools, js, tmp_path):
        tools(node="echo v20.0.0", npm="echo $* >> calls")
        place_bundle(tmp_path)
        installed = js / "node_modules" / ".package-lock.json"
        installed.parent.mkdir()
        installed.touch()
        os.utime(js / "package-lock.json", (0, 0))
        hook.initialize("standard", {})
        assert (js / "calls").read_text().splitlines() == ["run build"]
        os.utime(installed, (0, 0))
        os.utime(js / "package-lock.json", (1, 1))
        hook.initialize("standard", {})
        assert (js / "calls").read_text().splitlines()[1:] == ["ci --include=dev", "run build"]

    def test_a_failing_npm_is_named(self, hook, tools, js):
        tools(node="echo v20.0.0", npm="exit 3")
        message = rf"`npm ci --include=dev` in {re.escape(str(js))} failed with exit status 3"
        with pytest.raises(RuntimeError, match=message):
            hook.initialize("standard", {})


class TestBundle:
    def test_is_small(self):
        assert len(gzip.compress(BUNDLE.read_bytes())) <= 90_000

    def test_names_no_address_but_namespaces(self):
        found = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", BUNDLE.read_text(encoding="utf-8")))
        assert found <= {"http://www.w3.org"}

    def test_lock_file_holds_no_download_address(self):
        assert '"resolved"' not in (ROOT / "js" / "package-lock.json").read_text(encoding="utf-8")


def build(source, out, *targets):
    """Build with hatchling, in this environment: nothing is downloaded."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(out)]
    for target in targets:
        command += ["-t", target]
    subprocess.run(command, cwd=source, check=True)


def wheel_names(folder):
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.slow
class TestArchives:
    @pytest.fixture(scope="class")
    @staticmethod
    def built(tmp_path_factory):
        out = tmp_path_factory.mktemp("dist")
        build(ROOT, out, "sdist", "wheel")
        return out

    def test_wheel(self, built):
        names = wheel_names(built)
        assert {
            "hdwidget/py.typed",
            "hdwidget/static/widget.js",
            "hdwidget/static/LICENSES.txt",
        } <= names
        assert {name.split("/")[0].partition("-")[0] for name in names} == {"hdwidget"}
        assert not [name for name in names if "node_modules" in name or "__pycache__" in name]

    def test_sdist_builds_the_same_wheel_without_node(self, built, tmp_path, monkeypatch):
        (sdist,) = built.glob("*.tar.gz")
        with tarfile.open(sdist) as archive:
            archive.extractall(tmp_path, filter="data")
        (source,) = tmp_path.iterdir()
        assert (source / "js" / "src" / "index.ts").exists()
        assert (source / "js" / "package-lock.json").exists()
        assert not (source / "js" / "node_modules").exists()
        monkeypatch.setenv("PATH", "")
        assert shutil.which("node") is None
        build(source, tmp_path / "dist", "wheel")
        assert wheel_names(tmp_path / "dist") == wheel_names(built)
