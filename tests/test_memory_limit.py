"""Limits of memory, as users write them and as messages say them."""

import re
import sys

import pytest

from hdwidget import ConfigurationError, FunctionRunConfig, ScriptRunConfig
from hdwidget.errors import MissingExtraError
from hdwidget.memory_limit import checked_memory_limit, in_units


@pytest.mark.parametrize(
    ("limit", "size"),
    [
        (None, None),
        (2_000_000, 2_000_000),
        (2e9, 2_000_000_000),
        ("2 GB", 2_000_000_000),
        ("2gb", 2_000_000_000),
        (" 1.5 TB ", 1_500_000_000_000),
        ("512 MiB", 512 * 1024**2),
        (".5GiB", 1024**3 // 2),
        ("1000 kB", 1_000_000),
        ("1000 KiB", 1_024_000),
        ("4000000 B", 4_000_000),
    ],
)
def test_a_limit_is_a_number_of_bytes_or_a_text_with_a_unit(limit, size):
    assert checked_memory_limit(limit) == size
    assert isinstance(checked_memory_limit(limit), int | None)


@pytest.mark.parametrize(
    "limit",
    [2, 0, -1, True, "2", "2 G", "GB", "2 GB more", "-1 GB", "1e9 B", "2,5 GB", "", b"2 GB", [1]],
)
def test_what_is_none_says_how_to_write_one(limit):
    words = (
        '`memory_limit` must be a number of bytes or a text such as "2 GB" or "512 MiB", and at '
        f"least 1 MB, but got memory_limit={limit!r}."
    )
    with pytest.raises(ConfigurationError, match=re.escape(words)):
        checked_memory_limit(limit)


@pytest.mark.parametrize("limit", [float("nan"), float("inf"), 10**400, "9" * 400 + " GB"])
def test_what_is_no_finite_number_is_none(limit):
    with pytest.raises(ConfigurationError, match="`memory_limit` must be a number of bytes"):
        checked_memory_limit(limit)


def test_a_system_that_gives_no_numbers_needs_psutil(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert checked_memory_limit("2 GB") == 2_000_000_000
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert checked_memory_limit(None) is None
    with pytest.raises(MissingExtraError, match="`memory_limit` needs psutil"):
        checked_memory_limit("2 GB")


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (2_134_000_000, "2.134 GB"),
        (999_600, "999.6 kB"),
        (999_960, "1 MB"),
        (536_870_912, "536.9 MB"),
        (5e15, "5000 TB"),
    ],
)
def test_a_size_is_said_in_the_unit_that_suits_it(size, text):
    assert in_units(size) == text


def test_functions_and_scripts_take_one(tmp_path):
    (tmp_path / "train.py").touch()
    script = ScriptRunConfig(tmp_path, script="train.py", memory_limit="1 GB")
    function = FunctionRunConfig(lambda run: None, memory_limit=1e9)
    assert script.memory_limit == function.memory_limit == 1_000_000_000
    assert script.to_json()["memory_limit"] == function.to_json()["memory_limit"] == 1_000_000_000


async def trains(run): ...


@pytest.mark.parametrize("isolation", ["thread", "coroutine"])
def test_what_runs_in_the_kernel_cannot_have_one(isolation):
    words = rf"a {isolation}'s memory from the kernel's.*isolation='{isolation}'.*\"process\""
    with pytest.raises(ConfigurationError, match=words):
        FunctionRunConfig(trains, isolation=isolation, memory_limit="1 GB")
