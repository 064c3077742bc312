"""`import hdwidget`: what it offers, and how little it loads."""

import json
import subprocess
import sys

import hdwidget


def test_all_is_sorted_and_resolves():
    assert list(hdwidget.__all__) == sorted(set(hdwidget.__all__))
    for name in hdwidget.__all__:
        assert getattr(hdwidget, name) is not None
    assert set(hdwidget.__all__) <= set(dir(hdwidget))


def test_importing_loads_nothing_heavy():
    heavy = ["IPython", "anywidget", "ipywidgets", "numpy", "pandas", "scipy", "sklearn"]
    code = "import json, sys, hdwidget; print(json.dumps(sorted(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert not set(heavy) & set(json.loads(answer.stdout))
