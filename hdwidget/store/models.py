"""The models of a workspace: their rows, and their files in ``models/<name>/<version>/``."""

import shutil
import sqlite3
from pathlib import Path

from hdwidget.checks import nearest
from hdwidget.errors import ModelNotFoundError, StoreError
from hdwidget.model_record import MODELS, ModelRecord
from hdwidget.store import json_text

__all__ = [
    "delete_model",
    "find_model",
    "models",
    "receive_model",
    "register_model",
    "stored_under",
]

COLUMNS = "name, version, file, tags, properties, description, run, created"


def register_model(
    connection: sqlite3.Connection, model: ModelRecord, staged: Path, workspace: Path
) -> int:
    """Insert a model with the next version of its name, and take its files; return the version.

    The transaction's lock makes the version this model's own, among processes, too: so a folder
    that is there already is what a registration that was never committed has left.
    """
    (version,) = connection.execute(
        "SELECT coalesce(max(version), 0) + 1 FROM models WHERE name = ?", (model.name,)
    ).fetchone()
    _insert(connection, model._replace(version=version), staged, workspace)
    return int(version)


def receive_model(
    connection: sqlite3.Connection, model: ModelRecord, files: Path, workspace: Path
) -> None:
    """Insert a model of another workspace, with its version if nobody here has it.

    Nothing happens if it is here already.
    """
    query = "SELECT version, run, created FROM models WHERE name = ?"
    known = connection.execute(query, (model.name,)).fetchall()
    if any((run, created) == (model.run, model.created) for _, run, created in known):
        return
    versions = {version for version, _, _ in known}
    if model.version in versions:
        model = model._replace(version=max(versions) + 1)
    _insert(connection, model, files, workspace)


def _insert(
    connection: sqlite3.Connection, model: ModelRecord, staged: Path, workspace: Path
) -> None:
    home = stored_under(workspace, model.name, model.version)
    try:
        if home.exists():
            shutil.rmtree(home)
        home.parent.mkdir(parents=True, exist_ok=True)
        staged.rename(home)
    except OSError as error:
        msg = f"The files of model `{model.name}` cannot be put into {home}: {error}."
        raise StoreError(msg) from error
    connection.execute(
        f"INSERT INTO models ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  # ours
        (
            model.name,
            model.version,
            model.file,
            json_text.dump_lossy(dict(model.tags)),
            json_text.dump_lossy(dict(model.properties)),
            model.description,
            model.run,
            model.created,
        ),
    )


def delete_model(connection: sqlite3.Connection, name: str, version: int, now: float) -> None:
    """Note that a model is gone; its version is never given again."""
    cursor = connection.execute(
        "UPDATE models SET deleted = ? WHERE name = ? AND version = ? AND deleted IS NULL",
        (now, name, version),
    )
    if not cursor.rowcount:
        raise _unknown(connection, name, version)


def models(connection: sqlite3.Connection, name: str | None = None) -> list[ModelRecord]:
    """Return the models, or those of one name, newest first."""
    condition, arguments = ("", []) if name is None else ("AND name = ?", [name])
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM models WHERE deleted IS NULL {condition} "  # noqa: S608  # ours
        "ORDER BY id DESC",
        arguments,
    )
    return [
        ModelRecord(
            name,
            version,
            file,
            json_text.load(tags),
            json_text.load(properties),
            description,
            run,
            created,
        )
        for name, version, file, tags, properties, description, run, created in rows
    ]


def find_model(connection: sqlite3.Connection, name: str, version: int | None) -> ModelRecord:
    """Return a version of a model, by default the newest.

    Raises
    ------
    ModelNotFoundError
        There is none; the message names the nearest.
    """
    for model in models(connection, name):
        if version in (None, model.version):
            return model
    raise _unknown(connection, name, version)


def stored_under(workspace: Path, name: str, version: int) -> Path:
    """Return the folder of a model's files."""
    return workspace / MODELS / name / str(version)


def _unknown(connection: sqlite3.Connection, name: str, version: int | None) -> ModelNotFoundError:
    known = models(connection)
    versions = [str(model.version) for model in known if model.name == name]
    if versions:
        msg = f"Model `{name}` has no version {version}. It has {', '.join(versions)}."
    else:
        hint = nearest(name, {model.name for model in known})
        msg = f"No model `{name}` is in the workspace.{hint}"
    return ModelNotFoundError(msg)
