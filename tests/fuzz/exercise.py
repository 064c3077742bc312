"""What a run is asked with anything at all, in whichever process, thread or handle it is."""

import contextlib
import math

from hypothesis import strategies as st
from support.fuzzing import each_of
from support.odd_values import ANYTHING, NUMBERS, SCALARS, TEXTS, ends

from hdwidget.errors import HDWidgetError

__all__ = ["annotate", "file", "log"]

NAMES = TEXTS | st.sampled_from(["loss", "accuracy", "x" * 10**5]) | ANYTHING
COLUMNS = TEXTS.filter(lambda name: name not in ("self", "name", "description"))
TABLES = st.dictionaries(COLUMNS, st.lists(SCALARS, max_size=3) | ANYTHING, max_size=3)
EXACT = (bool, int, float, str)


def log(run, examples, seed):
    """Log anything under any name, and look whether it is there."""
    known = {}

    def each(name, value, step, method, table):
        ask = {
            "log": lambda: run.log(name, value, step=step),
            "log_list": lambda: run.log_list(name, value),
            "log_row": lambda: run.log_row(name, **table),
            "log_table": lambda: run.log_table(name, table),
            "log_image": lambda: run.log_image(name, plot=value),
            "log_image of a file": lambda: run.log_image(name, path=value),
            "log_confusion_matrix": lambda: run.log_confusion_matrix(name, table),
            "log_residuals": lambda: run.log_residuals(name, value),
        }[method]
        try:
            ask()
        except HDWidgetError:
            return
        logged = run.get_metrics(name)
        assert name in logged or method == "log_list"  # of nothing
        logged = logged.get(name)
        if method == "log" and type(value) in EXACT and known.get(name, "log") == "log":
            last = logged[-1] if isinstance(logged, list) else logged
            is_among_floats = type(value) is int and isinstance(last, float)
            assert type(last) is type(value) or is_among_floats, last
            assert last == value or (math.isnan(last) and math.isnan(value)), last
        known[name] = method

    methods = ["log"] * 4 + ["log_list", "log_row", "log_table", "log_image"]
    methods += ["log_image of a file", "log_confusion_matrix", "log_residuals"]
    each_of(
        each,
        examples,
        seed,
        name=NAMES,
        value=SCALARS | ANYTHING.filter(ends),
        step=st.none() | st.integers(0, 99) | NUMBERS | ANYTHING,
        method=st.sampled_from(methods),
        table=TABLES,
    )


def annotate(run, examples, seed):
    """Note anything as tags and properties, and have it back."""

    def each(notes, key, value):
        with contextlib.suppress(HDWidgetError):
            run.set_tags(notes)
        with contextlib.suppress(HDWidgetError):
            run.tag(key, value)
            if isinstance(key, str) and isinstance(value, str):
                assert run.get_tags()[key] == value
        with contextlib.suppress(HDWidgetError):
            run.add_properties(notes)
        with contextlib.suppress(HDWidgetError):
            run.remove_tags(key)
        run.get_details()

    each_of(each, examples, seed, notes=TABLES | ANYTHING, key=NAMES, value=ANYTHING)


def leads_nowhere(path):
    """Tell whether a path is of the working folder, as far as it is one."""
    return not isinstance(path, str) or not path.startswith(("/", "..", "~"))


def file(run, examples, seed):
    """Name files anyhow: nothing is written outside of the run's folder."""

    def each(name, value, other):
        for ask in (
            lambda: run.upload_file(name, value),
            lambda: run.upload_file(name, __file__),
            lambda: run.upload_folder(name, value),
            lambda: run.download_file(name, other),
            lambda: run.get_all_logs(other),
            lambda: run.register_model(name, value),
            lambda: run.register_model(name, value, tags=other, description=value),
            lambda: run.child_run(name).complete(),
        ):
            with contextlib.suppress(HDWidgetError):
                ask()
        run.get_file_names()

    paths = (TEXTS | ANYTHING).filter(leads_nowhere)
    each_of(each, examples, seed, name=paths, value=paths, other=paths)
