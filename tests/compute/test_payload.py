"""Objects on their way to a trial: large arrays are mapped, and written to by nobody else."""

import hashlib
import linecache
import pickle
import threading

import numpy as np
import pytest

from hdwidget.compute.payload import (
    dump,
    dump_sources,
    load,
    load_sources,
    unpicklable_names,
)


def digest(folder, name):
    return hashlib.sha256((folder / f"{name}.buffers").read_bytes()).hexdigest()


def test_what_is_dumped_is_loaded(tmp_path):
    value = {"text": "ä", "numbers": [1, 2.5], "array": np.arange(5), "nothing": None}
    dump(value, tmp_path, "data")
    loaded = load(tmp_path, "data")
    np.testing.assert_array_equal(loaded.pop("array"), value.pop("array"))
    assert loaded == value


def test_functions_without_an_importable_name_travel_by_value(tmp_path):
    offset = 10
    dump([lambda x: x + offset, lambda: [threading.get_ident()]], tmp_path, "function")
    add, ident = load(tmp_path, "function")
    assert add(1) == 11
    assert ident() == [threading.get_ident()]


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_large_array_is_kept_out_of_the_pickle(tmp_path, order):
    array = np.asarray(np.random.default_rng(1).normal(size=(500, 300)), order=order)
    dump(array, tmp_path, "data")
    assert (tmp_path / "data.buffers").stat().st_size >= array.nbytes
    assert (tmp_path / "data.pickle").stat().st_size < 1000
    loaded = load(tmp_path, "data")
    np.testing.assert_array_equal(loaded, array)
    assert not loaded.flags.owndata
    assert loaded.flags.writeable


def test_each_array_is_aligned_for_vector_instructions(tmp_path):
    arrays = [np.ones(100_003, np.int8), np.ones(100_001, np.int8), np.ones(50_000)]
    dump(arrays, tmp_path, "data")
    for loaded, array in zip(load(tmp_path, "data"), arrays, strict=True):
        assert loaded.ctypes.data % 64 == 0
        np.testing.assert_array_equal(loaded, array)


def test_writing_to_a_loaded_array_changes_neither_the_file_nor_another_ones_view(tmp_path):
    array = np.random.default_rng(1).normal(size=(500, 300))
    dump({"X": array}, tmp_path, "data")
    before = digest(tmp_path, "data")
    first, second = load(tmp_path, "data")["X"], load(tmp_path, "data")["X"]
    first -= first.mean(axis=0)
    np.testing.assert_array_equal(second, array)
    assert digest(tmp_path, "data") == before


def test_an_array_that_is_not_contiguous_is_loaded_all_the_same(tmp_path):
    array = np.arange(200_000).reshape(400, 500)[::2, ::5]
    dump(array, tmp_path, "data")
    np.testing.assert_array_equal(load(tmp_path, "data"), array)


def test_a_read_only_array_is_loaded(tmp_path):
    array = np.arange(100_000.0)
    array.flags.writeable = False
    dump(array, tmp_path, "data")
    np.testing.assert_array_equal(load(tmp_path, "data"), array)


def test_small_arrays_stay_inside(tmp_path):
    dump([np.arange(10)] * 3, tmp_path, "data")
    assert (tmp_path / "data.buffers").stat().st_size == 0
    assert [list(array) for array in load(tmp_path, "data")] == [list(range(10))] * 3


def test_what_cannot_be_pickled_raises(tmp_path):
    with pytest.raises(TypeError, match="lock"):
        dump(threading.Lock(), tmp_path, "data")


GLOBAL_LOCK = threading.Lock()


def test_the_names_that_cannot_be_pickled_are_found():
    lock, number, generator = threading.Lock(), 1, (x for x in ())

    def function():
        return lock, number, generator, GLOBAL_LOCK, pickle

    assert sorted(unpicklable_names(function)) == ["GLOBAL_LOCK", "generator", "lock"]


@pytest.mark.parametrize("function", [print, object()])
def test_what_is_no_python_function_has_no_such_names(function):
    assert list(unpicklable_names(function)) == []


def test_the_source_of_what_has_no_file_goes_along(tmp_path, monkeypatch):
    cell = "<ipython-input-1-abc>"
    monkeypatch.setitem(linecache.cache, cell, (8, None, ["x = 1/0\n"], cell))
    dump_sources(tmp_path)
    monkeypatch.delitem(linecache.cache, cell)
    load_sources(tmp_path)
    assert linecache.getline(cell, 1) == "x = 1/0\n"
