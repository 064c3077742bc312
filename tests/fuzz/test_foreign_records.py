"""A record that somebody else has written into: what can be read is, and the rest is said."""

import contextlib
import json
import shutil
import sqlite3

import pytest
from fuzz.looks import look_at_everything
from hypothesis import strategies as st
from support.configs import config
from support.fuzzing import at_two_lengths, each_of
from support.odd_values import TEXTS

from hdwidget import Experiment, Workspace
from hdwidget.errors import HDWidgetError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=3,
)
STATUSES = ["Running", "Completed", "Canceled", "Failed", "Great", "policy", "hyperdrive", "child"]
CELLS = (
    JSON.map(json.dumps)
    | TEXTS.filter(lambda text: text.isprintable())
    | st.none()
    | st.integers(-(2**63), 2**63 - 1)
    | st.integers(-2, 5)
    | st.floats(allow_nan=False)
    | st.binary(max_size=40)
    | st.sampled_from(STATUSES)
)
TABLES = {
    "runs": [
        *("params", "config", "tags", "properties", "error", "status", "reason", "type"),
        *("number", "proposal", "created", "started", "ended", "id", "parent"),
    ],
    "curves": ["name", "count", "kind", "data", "times", "steps"],
    "experiments": ["name", "created"],
    "metrics": ["name", "seq", "point", "text"],
    "requests": ["run", "action", "payload", "created"],
}


def planted(value, path, other):
    """Return `value` with something else in a place of it; a path that ends early is its end."""
    if isinstance(value, dict) and value and path:
        name = sorted(value)[path[0] % len(value)]
        inner = planted(value[name], path[1:], other)
        return {
            key: inner if key == name else of
            for key, of in value.items()
            if inner != "gone" or key != name
        }
    if isinstance(value, list) and value and path:
        place = path[0] % len(value)
        return [planted(of, path[1:], other) if i == place else of for i, of in enumerate(value)]
    return other


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """Return the folder of a workspace with a search and a run by hand."""
    folder = tmp_path_factory.mktemp("sound") / "workspace"
    with Workspace(folder) as workspace:
        experiment = Experiment(workspace, "digits")

        async def train(run, x):
            run.log("accuracy", x, step=3)
            run.log("note", "a text")
            run.log_row("row", a=1, b="c")
            run.tag("team", "vision")
            if run.number == 1:
                raise ValueError(run.id)

        experiment.submit(config(train)).wait_for_completion()
        with experiment.start_logging() as run:
            run.log("loss", 0.5)
        experiment.start_logging().log("loss", 2)
    return folder


@at_two_lengths(12, 2000)
def test_anything_in_a_cell_of_the_record(sound, tmp_path, examples, seed):
    def each(table, data):
        column = data.draw(st.sampled_from(TABLES[table]))
        folder = tmp_path / "workspace"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(sound, folder)
        with contextlib.closing(sqlite3.connect(folder / "hdwidget.db")) as connection, connection:
            key = "seq" if table == "metrics" else "rowid"
            rows = connection.execute(f"SELECT {key}, {column} FROM {table}").fetchall()
            if not rows:
                return
            of, cell = data.draw(st.sampled_from(rows))
            if isinstance(cell, str) and cell[:1] in ("{", "["):
                path = data.draw(st.lists(st.integers(0, 30), min_size=1, max_size=4))
                cell = json.dumps(
                    planted(json.loads(cell), path, data.draw(JSON | st.just("gone")))
                )
            else:
                cell = data.draw(CELLS)
            with contextlib.suppress(sqlite3.Error, UnicodeError):
                connection.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (cell, of))
        with contextlib.suppress(HDWidgetError), Workspace(folder) as workspace:
            look_at_everything(workspace)
            for name, experiment in workspace.experiments.items():
                with contextlib.suppress(HDWidgetError):
                    experiment.export(tmp_path / "it.zip", overwrite=True)
                with contextlib.suppress(HDWidgetError):
                    experiment.start_logging().complete()
                assert name

    each_of(
        each, examples, seed, table=st.sampled_from(["runs"] * 5 + sorted(TABLES)), data=st.data()
    )
