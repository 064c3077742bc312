"""Rows, tables and artifacts: as what they are kept, and in which shapes they come back."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdwidget.errors import MetricError
from hdwidget.tables import as_artifact, as_logged, as_row, as_table

MATRIX = {"class_labels": ["a", "b"], "matrix": [[3, 1], [0, 2]]}


class TestWhatIsKept:
    def test_a_row_is_plain(self):
        row = as_row(
            "t", {"x": np.float64(0.5), "path": Path("a"), "none": None, "ys": np.arange(2)}
        )
        assert row == {"x": 0.5, "path": "a", "none": None, "ys": [0, 1]}
        assert type(row["x"]) is float

    def test_a_table_has_lists_for_columns(self):
        table = as_table("t", {"x": np.array([1, 2]), "y": (3, None), "z": range(2), "one": "text"})
        assert table == {"x": [1, 2], "y": [3, None], "z": [0, 1], "one": ["text"]}

    def test_nan_is_kept(self):
        assert math.isnan(as_row("t", {"x": math.nan})["x"])

    @pytest.mark.parametrize("value", [[1], "text", {}, None])
    def test_a_table_that_is_none_is_refused(self, value):
        with pytest.raises(MetricError, match="the table `t` must be a dict of columns"):
            as_table("t", value)

    def test_a_row_without_columns_is_refused(self):
        with pytest.raises(MetricError, match=r"log_row\('t', x=1, y=2\)"):
            as_row("t", {})

    def test_a_cell_that_cannot_be_logged_is_named(self):
        with pytest.raises(MetricError, match=r"`t\.x` must be a number"):
            as_row("t", {"x": object()})

    @pytest.mark.parametrize(
        "value",
        [
            MATRIX,
            {"schema_type": "confusion_matrix", "schema_version": "v1", "data": MATRIX},
            (
                '{"schema_type": "confusion_matrix", "schema_version": "v1", '
                '"data": {"class_labels": ["a", "b"], "matrix": [[3, 1], [0, 2]]}}'
            ),
            {"class_labels": np.array(["a", "b"]), "matrix": np.array([[3, 1], [0, 2]])},
        ],
    )
    def test_an_artifact_has_azures_format(self, value):
        assert as_artifact("m", "confusion_matrix", value) == {
            "schema_type": "confusion_matrix",
            "schema_version": "v1",
            "data": MATRIX,
        }

    @pytest.mark.parametrize("value", [[[1]], "no JSON", 3, None])
    def test_an_artifact_that_is_no_dict_is_refused(self, value):
        with pytest.raises(MetricError, match=r'`m` must be a dict such as \{"schema_type"'):
            as_artifact("m", "residuals", value)

    def test_an_artifact_of_another_kind_is_refused(self):
        value = {"schema_type": "residuals", "schema_version": "v1", "data": {}}
        with pytest.raises(MetricError, match="must have schema_type 'predictions'"):
            as_artifact("m", "predictions", value)


class TestShapes:
    def test_once_is_a_value_and_repeatedly_a_list(self):
        assert as_logged({"a": [1], "b": [1, 2], "c": ["text"]}) == {
            "a": 1,
            "b": [1, 2],
            "c": "text",
        }

    def test_rows_become_columns(self):
        assert as_logged({"t": [{"x": 1, "y": "a"}]}) == {"t": {"x": [1], "y": ["a"]}}
        rows = [{"x": 1, "y": 2}, {"x": 3, "y": 4}]
        assert as_logged({"t": rows}) == {"t": {"x": [1, 3], "y": [2, 4]}}

    def test_tables_are_joined_with_rows(self):
        blocks = [{"x": [1, 2]}, {"x": 3, "y": 4}]
        assert as_logged({"t": blocks}) == {"t": {"x": [1, 2, 3], "y": [None, None, 4]}}

    def test_artifacts_stay_what_they_are(self):
        matrix = as_artifact("m", "confusion_matrix", MATRIX)
        assert as_logged({"m": [matrix]}) == {"m": matrix}
        assert as_logged({"m": [matrix, matrix]}) == {"m": [matrix, matrix]}

    def test_a_name_for_both_values_and_rows_is_a_list(self):
        assert as_logged({"t": [1, {"x": 1}]}) == {"t": [1, {"x": 1}]}

    @given(
        st.lists(
            st.dictionaries(
                st.sampled_from("xyz"),
                st.integers() | st.lists(st.integers(), max_size=3),
                min_size=1,
            ),
            min_size=1,
        )
    )
    def test_columns_are_of_one_length_and_hold_every_cell_in_order(self, blocks):
        columns = as_logged({"t": blocks})["t"]
        assert len({len(column) for column in columns.values()}) == 1
        for name, column in columns.items():
            cells = [
                cell
                for block in blocks
                for cell in (
                    block.get(name, []) if isinstance(block.get(name, []), list) else [block[name]]
                )
            ]
            assert [cell for cell in column if cell is not None] == cells
