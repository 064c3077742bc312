"""Run the tutorials and save them with what a reader on GitHub is to see.

Usage: ``python notebooks/save.py [notebook …]``, all of them by default.
"""

import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
WIDGET = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
SECONDS = 300


def save(file: Path) -> None:
    """Run a notebook, in a folder of its own, and write its outputs into it.

    Live views are left out, and their state with them: where no kernel runs, they are an error
    message beside the table that stands for them.
    """
    notebook = nbformat.read(file, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(
            notebook,
            timeout=SECONDS,
            record_timing=False,
            store_widget_state=False,
            resources={"metadata": {"path": folder}},
        ).execute()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [of for of in cell.outputs if WIDGET not in of.get("data", {})]
    notebook.metadata = nbformat.from_dict(METADATA)
    nbformat.write(notebook, file)


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]) if sys.argv[1:] else sorted(HERE.glob("*.ipynb")):
        save(path)
