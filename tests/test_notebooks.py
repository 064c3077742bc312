"""The tutorials run, by nbval, and are saved as a reader on GitHub is to find them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
MOST_BYTES = 200_000
SECONDS = 300
ADDRESS = r"\w+://\S+|(?:/[\w.-]+){2,}|[A-Z]:\\\S+"
WIDGET = "application/vnd.jupyter.widget-view+json"

each_notebook = pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)


def outputs(notebook):
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [output for cell in cells for output in cell.outputs]


def text_of(output):
    return "".join([output.get("text", ""), *map(str, output.get("data", {}).values())])


def test_there_are_tutorials():
    assert [file.name for file in NOTEBOOKS][:1] == ["01_quickstart.ipynb"]


@each_notebook
def test_it_runs(file, tmp_path, leftovers):
    # Beside a copy, so that its `.hdwidget` is new; in a process of its own, since nbval and the
    # settings of this suite do not go together.
    shutil.copy(file, tmp_path)
    environment = {name: str(tmp_path / name) for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR")}
    options = ["--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=120"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-p", "no:cacheprovider", file.name],
        cwd=tmp_path,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@each_notebook
class TestSaved:
    def test_it_names_the_kernel_and_nothing_else(self, file):
        assert nbformat.read(file, as_version=4).metadata == {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }

    def test_it_was_run_from_the_top(self, file):
        cells = nbformat.read(file, as_version=4).cells
        counts = [cell.execution_count for cell in cells if cell.cell_type == "code"]
        assert counts == list(range(1, len(counts) + 1))

    def test_it_is_small(self, file):
        assert file.stat().st_size < MOST_BYTES

    def test_no_output_is_an_error_or_a_live_view(self, file):
        for output in outputs(nbformat.read(file, as_version=4)):
            assert output.output_type != "error"
            assert output.get("name") != "stderr"
            assert WIDGET not in output.get("data", {})

    def test_a_view_left_its_table(self, file):
        notebook = nbformat.read(file, as_version=4)
        shown = [cell for cell in notebook.cells if "RunDetails(" in cell.source]
        for cell in shown:
            (table,) = [text_of(of) for of in cell.outputs if "hdwidget-static" in text_of(of)]
            assert "Completed" in table
            assert "as of" not in table

    def test_nothing_tells_where_it_was_run(self, file):
        for output in outputs(nbformat.read(file, as_version=4)):
            assert re.findall(ADDRESS, text_of(output)) == []
