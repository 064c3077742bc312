"""The HTML that stands for a run where nothing is live."""

import re
from html.parser import HTMLParser

import pytest

from hdwidget.store import RunRecord
from hdwidget.widget.fallback import fallback_html, fallback_text, static_class
from hdwidget.widget.summary import Summary

STARTED = 1_800_000_000.0  # 2027-01-15 08:00:00 UTC
HOSTILE = "</td></table></script><img src=x onerror=\"alert('1')\">&amp;"
MOST_BYTES = 60_000
TAGS = {"div", "span", "strong", "bdi", "table", "thead", "tbody", "tr", "th", "td"}


class Page(HTMLParser):
    """Reads a page: its text by lines and cells, its tags, and whether they are closed."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.attributes, self.open = set(), [], []
        self.rows, self.lines = [], [""]
        self.feed(source)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"th", "td"}:
            self.rows[-1].append("")
        if tag == "div":
            self.lines.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if {"th", "td"} & set(self.open):
            self.rows[-1][-1] += data
        else:
            self.lines[-1] += data

    @property
    def notes(self):
        return [line for line in self.lines if line]

    def column(self, name):
        return [row[self.rows[0].index(name)] for row in self.rows[1:]]


def child(number, **columns):
    defaults = {
        "id": f"HD_1_{number}",
        "number": number,
        "parent": "HD_1",
        "experiment": "digits",
        "type": "function",
        "status": "Completed",
        "created": STARTED,
        "started": STARTED + number,
        "ended": STARTED + number + 2.5,
        "params": {"x": number / 4, "kind": "a"},
    }
    return RunRecord(**{**defaults, **columns})


def summary(*children, best=None, metric="accuracy", goal="MAXIMIZE", **columns):
    defaults = {
        "id": "HD_1",
        "experiment": "digits",
        "type": "hyperdrive",
        "status": "Completed",
        "created": STARTED,
        "started": STARTED,
        "ended": STARTED + 75,
        "config": {
            "primary_metric_name": metric,
            "primary_metric_goal": goal,
            "max_total_runs": 40,
            "space_size": None,
        },
    }
    parent = RunRecord(**{**defaults, **columns})
    return Summary(parent, children, best or {}, STARTED + 100)


def page(*args, **columns):
    return Page(fallback_html(summary(*args, **columns)))


def test_the_whole():
    shown = page(
        child(0),
        child(1, status="Canceled", reason="policy"),
        child(2, status="Canceled", reason="user"),
        best={"HD_1_0": 0.5, "HD_1_1": 0.97333333},
    )
    assert shown.notes == [
        "digits · ✓ Completed · 3 of 40 runs done · 1 min 15 s",
        "Best accuracy 0.973333 (run 1)",
        "✓ 1 completed · ■ 1 stopped by policy · ⊘ 1 canceled",
        "accuracy is maximized",
    ]
    assert shown.rows == [
        ["Run", "Status", "accuracy", "x", "kind", "Started (UTC)", "Duration"],
        ["★ 1", "■ Stopped by policy", "0.973333", "0.25", "a", "2027-01-15 08:00:01", "2.5 s"],
        ["0", "✓ Completed", "0.5", "0", "a", "2027-01-15 08:00:00", "2.5 s"],
        ["2", "⊘ Canceled (user)", "–", "0.5", "a", "2027-01-15 08:00:02", "2.5 s"],  # noqa: RUF001  # a dash is meant
    ]


def test_no_run_yet():
    shown = page(status="Running", ended=None)
    assert shown.notes == [
        "digits · ▸ Running · 0 of 40 runs done · 1 min 40 s",
        "No run has started yet.",
        "accuracy is maximized · as of 2027-01-15 08:01:40 UTC",
    ]
    assert shown.rows == []


def test_before_it_starts():
    shown = page(status="NotStarted", started=None, ended=None)
    assert shown.notes[0] == "digits · ○ Not started · 0 of 40 runs done"


def test_no_value_yet():
    waiting = child(0, status="Queued", started=None, ended=None)
    shown = page(waiting, status="Running", ended=None)
    assert "No run has logged a number as accuracy." in shown.notes
    assert shown.rows[1] == ["0", "○ Queued", *"–0a––"]  # noqa: RUF001  # a dash is meant
    assert "No run logged a number as accuracy." in page(child(0)).notes


def test_what_runs_has_run_so_far():
    shown = page(child(0, status="Running", ended=None), status="Running", ended=None)
    assert shown.column("Duration") == ["1 min 40 s"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0 s"), (59.94, "59.9 s"), (59.96, "1 min 00 s"), (3599.6, "1 h 00 min")],
)
def test_durations(seconds, text):
    assert page(child(0, ended=STARTED + seconds)).column("Duration") == [text]


def test_why_runs_failed():
    errors = [
        {"type": "ValueError", "message": message}
        for message in ("rare", "common", "common", f"long {'x' * 1_000_000} the end", "rarer")
    ]
    failed = [child(n, status="Failed", error=error) for n, error in enumerate(errors)]
    shown = page(*failed, child(5))
    assert shown.column("Status") == ["✗ Failed"] * 5 + ["✓ Completed"]
    common, rare, long, _ = shown.notes[-4:]
    assert common == "✗ Run 1 and 1 more: ValueError: common"
    assert rare == "✗ Run 0: ValueError: rare"
    assert re.fullmatch(r"✗ Run 3: ValueError: long x+…x+ the end", long)
    assert len(long) < 200


def test_why_all_failed():
    reason = "the first runs brought no value"
    shown = page(status="Failed", reason=reason, error={"type": "ValueError", "message": "boom"})
    assert shown.notes[0].startswith(f"digits · ✗ Failed ({reason}) · ")
    assert "✗ ValueError: boom" in shown.notes


def test_the_error_of_all_is_said_once():
    error = {"type": "ValueError", "message": "boom"}
    failed = [child(number, status="Failed", error=error) for number in range(3)]
    shown = page(*failed, status="Failed", error=error)
    assert [note for note in shown.notes if "boom" in note] == [
        "✗ Run 0 and 2 more: ValueError: boom"
    ]


def test_the_best_ten_of_a_thousand():
    children = [child(number) for number in range(1000)]
    best = {run.id: -abs(run.number - 500.0) for run in children}
    shown = page(*children, best=best)
    assert len(shown.rows) == 11
    assert shown.column("Run")[:3] == ["★ 500", "499", "501"]
    assert shown.notes[-1] == "the best 10 of 1000 runs · accuracy is maximized"


def test_less_is_better_where_it_is_minimized():
    best = {"HD_1_0": 2.0, "HD_1_1": 1.0}
    shown = page(child(0), child(1), best=best, metric="loss", goal="MINIMIZE")
    assert shown.column("loss") == ["1", "2"]
    assert shown.notes[-1] == "loss is minimized"


def test_hyperparameters_that_only_some_runs_have():
    shown = page(child(0, params={"a": 1}), child(1, params={"b": True, "a": 2}))
    assert shown.column("a") == ["1", "2"]
    assert shown.column("b") == ["–", "True"]  # noqa: RUF001  # a dash is meant


def test_many_hyperparameters():
    params = {f"p{number}": number for number in range(20)}
    shown = page(child(0, params=params))
    assert shown.rows[0][3:-2] == [f"p{number}" for number in range(8)]
    assert "12 more hyperparameters not shown" in shown.notes[-1]


def test_values():
    params = {
        "rate": 1.23456789e-7,
        "size": 123456789,
        "flag": False,
        "none": None,
        "layers": [64, {"act": "relu"}],
    }
    assert page(child(0, params=params)).rows[1][3:-2] == [
        "1.23457e-07",
        "123456789",
        "False",
        "None",
        '[64, {"act": "relu"}]',
    ]


def test_what_differs_at_the_end_stays_different():
    paths = [f"/data/{'x' * 1_000_000}/version-{number}.csv" for number in range(2)]
    shown = page(*[child(number, params={"p": path}) for number, path in enumerate(paths)])
    first, second = shown.column("p")
    assert first != second
    assert len(first) == 32
    assert first.startswith("/data/xx")
    assert first.endswith("…sion-0.csv")


def test_what_cannot_be_seen():
    shown = page(child(0, params={"x": "a\nb\u202ec\x00d\ud800e"}))
    assert shown.column("x") == ["a b\ufffdc\ufffdd\ufffde"]


@pytest.mark.parametrize("text", [HOSTILE, "'" * 1_000_000, "\N{GRINNING FACE}" * 1_000_000])
def test_hostile_texts(text):
    error = {"type": text, "message": text}
    children = [
        child(
            number,
            status="Failed",
            error=error,
            params={f"{letter}{text}": text for letter in "abcdefghijkl"},
        )
        for number in range(12)
    ]
    found = summary(
        *children,
        experiment=text,
        metric=text,
        best={run.id: 1.0 for run in children},
        status="Failed",
        error=error,
    )
    source = fallback_html(found)
    assert len(source.encode()) < MOST_BYTES
    shown = Page(source)
    assert shown.tags <= TAGS
    assert {name for name, _ in shown.attributes} == {"class", "style"}
    assert {len(row) for row in shown.rows} == {13}
    assert shown.rows[1][3][:20] == text[:20]
    assert len(fallback_text(found)) < 200


def test_it_is_found_by_its_class():
    assert static_class("HD_1") == "hdwidget-static-HD_1"
    assert fallback_html(summary()).startswith('<div class="hdwidget-static hdwidget-static-HD_1">')


def test_in_a_line():
    assert fallback_text(summary(child(3), best={"HD_1_3": 0.5})) == (
        "digits: Completed, 1 of 40 runs done, best accuracy 0.5 (run 3)"
    )
    assert fallback_text(summary(status="CancelRequested")) == (
        "digits: Cancel requested, 0 of 40 runs done"
    )
