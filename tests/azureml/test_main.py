"""`python -m hdwidget.azureml script.py` runs a script as Python does."""

import json
import os
import sys
import textwrap

import pytest
from support.as_script import run_by_azureml, run_by_python

SEEN = """\
import json, sys, __main__
import neighbour
print(json.dumps([
    sys.argv, sys.path[0], __file__, __name__, __package__, __spec__, __cached__, __doc__,
    __main__.__dict__ is globals(), neighbour.__file__, sorted(globals()),
]))
"""


@pytest.fixture
def script(tmp_path):
    """Return a function that writes a script into a folder of its own."""
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "neighbour.py").touch()

    def write(source):
        file = folder / "train.py"
        file.write_text(textwrap.dedent(source), encoding="utf-8")
        return file

    return write


def test_it_sees_what_it_sees_under_python(script, tmp_path):
    file = script(SEEN)
    ours = run_by_azureml(file, "--C", "0.5", "", folder=tmp_path)
    pythons = run_by_python(file, "--C", "0.5", "", folder=tmp_path)
    assert json.loads(ours.stdout) == json.loads(pythons.stdout), ours.stderr


def test_a_relative_script_as_well(script, tmp_path):
    script(SEEN)
    ours = run_by_azureml("code/train.py", folder=tmp_path)
    pythons = run_by_python("code/train.py", folder=tmp_path)
    assert json.loads(ours.stdout) == json.loads(pythons.stdout), ours.stderr


def test_through_a_link_its_neighbours_are_found(script, tmp_path):
    (tmp_path / "link.py").symlink_to(script(SEEN))
    ours = run_by_azureml("link.py", folder=tmp_path)
    pythons = run_by_python("link.py", folder=tmp_path)
    assert json.loads(ours.stdout) == json.loads(pythons.stdout), ours.stderr


@pytest.mark.parametrize(
    "source",
    [
        "print('done')",
        "import sys; sys.exit(3)",
        "import sys; sys.exit('the reason')",
        "raise SystemExit",
        "import os; os._exit(7)",
        "def train():\n    raise ValueError('wrong')\n\ntrain()",
        "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('x') from e",
        "def f(:\n    pass",
        "raise KeyboardInterrupt",
        "import argparse; argparse.ArgumentParser(prog='train.py').parse_args(['--max-iter', '3'])",
        "# -*- coding: latin-1 -*-\nprint('\u00e4')",
        "import warnings; warnings.warn('beware')",
        "import atexit; atexit.register(print, 'at the end'); print('first')",
        "import threading; threading.Thread(target=lambda: 1 / 0).start()",
        "import sys; sys.excepthook = lambda *error: print(error[0].__name__); 1 / 0",
    ],
)
def test_it_ends_as_under_python(script, source):
    file = script(source)
    ours, pythons = run_by_azureml(file), run_by_python(file)
    assert (ours.returncode, ours.stdout) == (pythons.returncode, pythons.stdout), ours.stderr
    assert without_threads(ours.stderr) == without_threads(pythons.stderr)


def without_threads(text):
    """Return an error output without the numbers of threads."""
    return [line.partition("(")[0] for line in text.splitlines()]


def test_a_script_that_is_not_there(tmp_path):
    ours = run_by_azureml("none.py", folder=tmp_path)
    assert ours.returncode == run_by_python("none.py", folder=tmp_path).returncode == 2
    assert "can't open file 'none.py': [Errno 2] No such file" in ours.stderr


def test_without_a_script_it_says_how_it_is_called():
    called = run_by_azureml("")
    assert called.returncode == 2
    import subprocess

    bare = subprocess.run(
        [sys.executable, "-m", "hdwidget.azureml"], capture_output=True, text=True, check=False
    )
    assert (bare.returncode, bare.stderr) == (
        2,
        "usage: python -m hdwidget.azureml script.py [argument …]\n",
    )


@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
def test_what_multiprocessing_starts_finds_azureml(script, method):
    if method != "spawn" and sys.platform == "win32":
        pytest.skip("there is no such method")
    file = script(f"""\
        import multiprocessing
        from azureml.core import Run

        def square(x):
            from azureml.core import Environment
            return x * x, Run.__name__, Environment.__name__

        if __name__ == "__main__":
            with multiprocessing.get_context({method!r}).Pool(2) as pool:
                print(pool.map(square, [1, 2]))
        """)
    ended = run_by_azureml(file, PYTHONWARNINGS="ignore")
    assert ended.stdout == "[(1, 'Run', 'Environment'), (4, 'Run', 'Environment')]\n", ended.stderr


def test_joblibs_workers_find_azureml(script):
    file = script("""\
        from joblib import Parallel, delayed
        from azureml.core import Run

        def square(x):
            import azureml.core
            return x * x, azureml.core.Run.__name__

        print(Parallel(n_jobs=2)(delayed(square)(x) for x in [1, 2]))
        """)
    ended = run_by_azureml(file)
    assert ended.stdout == "[(1, 'Run'), (4, 'Run')]\n", ended.stderr


def test_a_script_that_it_starts_finds_azureml(script, tmp_path):
    (tmp_path / "other.py").write_text("import azureml.core; print(azureml.core.VERSION)\n")
    file = script("""\
        import subprocess, sys
        subprocess.run([sys.executable, sys.argv[1]], check=True)
        """)
    ended = run_by_azureml(file, str(tmp_path / "other.py"))
    assert ended.stdout.startswith("1."), ended.stderr


def test_a_trial_finds_its_id_where_azure_puts_it(script):
    file = script("import os; print(os.environ.get('AZUREML_RUN_ID'))")
    assert run_by_azureml(file, HDWIDGET_RUN="HD_1_0").stdout == "HD_1_0\n"
    assert run_by_azureml(file).stdout == f"{os.environ.get('AZUREML_RUN_ID')}\n"


def test_a_relative_script_is_shown_as_under_python(script, tmp_path):
    script("def train():\n    raise ValueError('wrong')\n\ntrain()")
    ours = run_by_azureml("code/train.py", folder=tmp_path)
    assert ours.stderr == run_by_python("code/train.py", folder=tmp_path).stderr


def test_a_script_that_submits_waits_for_its_runs(script, tmp_path):
    (tmp_path / "code" / "trial.py").write_text(
        "from azureml.core import Run\nRun.get_context().log('accuracy', 1)\n"
    )
    file = script("""\
        from azureml.core import Experiment, ScriptRunConfig, Workspace
        ws = Workspace.from_config()
        run = Experiment(ws, "driver").submit(ScriptRunConfig("code", "trial.py"))
        print(run.id)
        """)
    ended = run_by_azureml(file, folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    after = script("""\
        import sys
        from azureml.core import Run, Workspace
        run = Run.get(Workspace.from_config(), sys.argv[1])
        print(run.status, run.get_metrics())
        """)
    found = run_by_azureml(after, ended.stdout.strip(), folder=tmp_path)
    assert found.stdout == "Completed {'accuracy': 1}\n", found.stderr
