"""The JSON form of samplers; that their proposals come back is in the contracts."""

import pytest

from hdwidget.errors import ConfigurationError
from hdwidget.samplers import GridParameterSampling, RandomParameterSampling, sampler_from_json
from hdwidget.space import choice

SPACE = {"x": {"expression": "choice", "options": [1, 2]}}


def test_the_form_names_the_options():
    assert RandomParameterSampling({"x": choice(1, 2)}, seed=3).to_json() == {
        "sampler": "random",
        "seed": 3,
        "rule": "random",
        "space": SPACE,
    }
    assert GridParameterSampling({"x": choice(1, 2)}).to_json() == {
        "sampler": "grid",
        "space": SPACE,
    }


@pytest.mark.parametrize(
    "written", [{}, {"sampler": "rondom", "space": SPACE}, {"sampler": "grid", "space": 3}]
)
def test_forms_that_are_none(written):
    with pytest.raises(ConfigurationError, match="A sampler must be written as"):
        sampler_from_json(written)
