import pytest
from support.drive import Drive


@pytest.fixture
def driven(tmp_path):
    """Return what makes controllers to play with, each over a record of its own."""
    made = []

    def make(script, **options):
        made.append(Drive(tmp_path / str(len(made)), script, **options))
        return made[-1]

    yield make
    for drive in made:
        drive.close()
