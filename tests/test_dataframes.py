import datetime as dt
import importlib

import numpy as np
import pandas as pd
import pytest
from support.record import CREATED, Child, recorded

from hdwidget.errors import MissingExtraError


def moments(*seconds):
    return [dt.datetime.fromtimestamp(CREATED + each, tz=dt.UTC) for each in seconds]


class TestRuns:
    def test_a_row_for_each_run(self, experiment):
        run = recorded(
            experiment,
            Child({"accuracy": [0.5, 0.7]}, columns={"params": {"x": 0.25, "kind": "a"}}),
            Child(
                status="Canceled",
                columns={"reason": "policy", "params": {"x": 0.5, "kind": "b"}},
            ),
        )
        frame = run.to_dataframe()
        assert frame.index.name == "run"
        assert list(frame.index) == [f"{run.id}_0", f"{run.id}_1"]
        assert list(frame.columns) == [
            "number",
            "status",
            "reason",
            "accuracy",
            "created",
            "started",
            "ended",
            "x",
            "kind",
            "seconds",
        ]
        assert list(frame["number"]) == [0, 1]
        assert list(frame["status"]) == ["Completed", "Canceled"]
        assert frame["reason"].iloc[1] == "policy"
        assert pd.isna(frame["reason"].iloc[0])
        assert frame["accuracy"].iloc[0] == 0.7
        assert np.isnan(frame["accuracy"].iloc[1])
        assert list(frame["started"]) == moments(0, 10)
        assert list(frame["seconds"]) == [5.0, 5.0]
        assert frame["accuracy"].dtype == frame["x"].dtype == np.float64

    def test_of_runs_that_have_not_begun_or_ended(self, experiment):
        run = recorded(experiment, Child(columns={"started": None, "ended": None}))
        frame = run.to_dataframe()
        assert frame["started"].isna().all()
        assert frame["seconds"].isna().all()
        assert frame["accuracy"].isna().all()

    def test_names_that_are_taken(self, experiment):
        run = recorded(
            experiment,
            Child({"seconds": [3.5]}, columns={"params": {"status": "a", "seconds": 2, "x": 1}}),
            config={"primary_metric_name": "seconds"},
        )
        frame = run.to_dataframe()
        assert frame.loc[f"{run.id}_0", "best_seconds"] == 3.5
        assert frame.loc[f"{run.id}_0", "seconds"] == 5.0
        assert frame.loc[f"{run.id}_0", "param_seconds"] == 2
        assert frame.loc[f"{run.id}_0", "param_status"] == "a"
        assert frame.loc[f"{run.id}_0", "status"] == "Completed"

    def test_a_hyperparameter_that_only_some_have(self, experiment):
        run = recorded(
            experiment,
            Child(columns={"params": {"x": 1}}),
            Child(columns={"params": {"x": 2, "depth": 3}}),
        )
        assert np.isnan(run.to_dataframe()["depth"].iloc[0])

    def test_of_no_runs(self, experiment):
        assert len(recorded(experiment).to_dataframe()) == 0


class TestMetrics:
    COLUMNS = ("run", "metric", "interval", "step", "time", "value")

    def test_a_row_for_each_point(self, experiment):
        run = recorded(
            experiment,
            Child({"accuracy": [0.5, 0.7], "loss": [2.0, 1.0]}, steps=[10, 20]),
            Child({"accuracy": [0.25]}),
            Child(),
        )
        frame = run.metrics_dataframe()
        first, second = f"{run.id}_0", f"{run.id}_1"
        assert tuple(frame.columns) == self.COLUMNS
        assert list(frame["run"]) == [first] * 4 + [second]
        assert list(frame["metric"]) == ["accuracy"] * 2 + ["loss"] * 2 + ["accuracy"]
        assert list(frame["interval"]) == [1, 2, 1, 2, 1]
        assert list(frame["step"][:4]) == [10, 20, 10, 20]
        assert frame["step"].isna().iloc[4]
        assert list(frame["time"][:2]) == moments(0, 1)
        assert list(frame["value"]) == [0.5, 0.7, 2.0, 1.0, 0.25]
        assert list(frame.index) == list(range(5))
        assert frame["value"].dtype == np.float64
        assert frame["step"].dtype == pd.Int64Dtype()

    def test_values_of_all_kinds(self, experiment):
        run = recorded(experiment, Child({"a": [1, 2], "b": [0.5], "note": ["x", True, 1.5]}))
        frame = run.metrics_dataframe()
        assert list(frame["value"]) == [1, 2, 0.5, "x", True, 1.5]
        assert frame["value"].dtype == object

    def test_integers_stay_integers(self, experiment):
        frame = recorded(experiment, Child({"a": [1, 2]})).metrics_dataframe()
        assert frame["value"].dtype == np.int64

    def test_of_no_points(self, experiment):
        frame = recorded(experiment, Child()).metrics_dataframe()
        assert tuple(frame.columns) == self.COLUMNS
        assert len(frame) == 0


@pytest.mark.parametrize("method", ["to_dataframe", "metrics_dataframe"])
def test_pandas_is_an_extra(experiment, monkeypatch, method):
    def missing(name):
        raise ModuleNotFoundError(name)

    run = recorded(experiment, Child({"a": [1]}))
    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(
        MissingExtraError, match=r"data frames need pandas: pip install 'hdwidget\[pandas\]'"
    ) as raised:
        getattr(run, method)()
    assert isinstance(raised.value, ImportError)
