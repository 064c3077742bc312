"""What goes over the wire is what the committed vectors say, which vitest reads, too."""

import json

import pytest
from support.vectors import FOLDER, vectors

VECTORS = vectors()


def test_every_vector_is_there():
    assert {file.stem for file in FOLDER.glob("*.json")} == set(VECTORS)


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector(name):
    """After a wanted change: PYTHONPATH=tests python tests/support/vectors.py."""
    assert json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")) == VECTORS[name]
