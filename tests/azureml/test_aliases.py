"""Names that NumPy and scikit-learn have dropped are there for old scripts."""

import json

import pytest
from support.as_script import run_by_azureml


@pytest.fixture
def ran(tmp_path):
    """Return a function that runs a source under azureml and returns how it ended."""

    def run(source, **variables):
        file = tmp_path / "train.py"
        file.write_text(source)
        return run_by_azureml(file, **variables)

    return run


def test_the_aliases_are_pythons_types(ran):
    ended = ran(
        "import numpy as np\n"
        "print([np.float, np.int, np.object, np.str, np.complex], np.float('0.5'), np.int(3.0))\n"
    )
    types = [float, int, object, str, complex]
    assert ended.stdout == f"{types} 0.5 3\n", ended.stderr


def test_what_numpy_2_renamed_is_there_under_its_old_name(ran):
    ended = ran(
        "import numpy as np\n"
        "print(np.NaN, np.Inf, np.float_ is np.float64, np.unicode_ is np.str_)\n"
    )
    assert ended.stdout == "nan inf True True\n", ended.stderr


def test_a_script_is_warned_once(ran):
    ended = ran("import numpy as np\nfor _ in range(3):\n    np.float(1), np.int(1), np.object\n")
    assert ended.stderr.count("Warning") == 1
    assert "train.py:3: LocalRunWarning: NumPy has no np.float any more" in ended.stderr


def test_without_them_there_is_no_warning(ran):
    ended = ran("import numpy as np\nprint(np.float64(1), np.array([True]).dtype)\n")
    assert (ended.stdout, ended.stderr) == ("1.0 bool\n", "")


def test_what_numpy_has_stays_its_own(ran):
    # NumPy 2 has a `bool` of its own again.
    ended = ran(
        "import numpy as np\n"
        "print(np.bool is vars(np).get('bool', bool), np.long if hasattr(np, 'long') else None)\n",
        PYTHONWARNINGS="ignore",
    )
    assert ended.stdout.startswith("True"), ended.stderr


def test_what_never_was_is_missing_as_ever(ran):
    ended = ran("import numpy as np\nnp.floot\n")
    assert ended.returncode == 1
    assert "module 'numpy' has no attribute 'floot'" in ended.stderr


def test_an_alias_may_be_imported_by_name(ran):
    ended = ran("from numpy import float as f, float64\nprint(f is float)\n")
    assert ended.stdout == "True\n", ended.stderr


def test_numpy_is_not_imported_for_their_sake(ran):
    ended = ran(
        "import json, sys; from azureml.core.run import _OfflineRun\n"
        "print(json.dumps(sorted({'numpy', 'sklearn', 'joblib'} & set(sys.modules))))"
    )
    assert json.loads(ended.stdout) == [], ended.stderr


def test_numpy_that_was_there_is_completed():
    import subprocess
    import sys

    code = "import numpy as np; import hdwidget.azureml as a; a.install(); print(np.float(2))"
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True
    )
    assert ended.stdout == "2.0\n"


def test_numpy_keeps_its_loader_and_resources(ran):
    ended = ran(
        "import importlib.util, inspect, numpy\n"
        "print(numpy.__spec__.name, 'numpy' in inspect.getsource(numpy)[:400].lower())\n"
    )
    assert ended.stdout == "numpy True\n", ended.stderr


def test_joblib_is_where_it_was(ran):
    ended = ran(
        "from sklearn.externals import joblib\n"
        "import joblib as own, sklearn.externals.joblib as as_was\n"
        "print(joblib is own, as_was is own, own.__name__, own.__spec__.name)\n"
    )
    assert ended.stdout == "True True joblib joblib\n", ended.stderr
