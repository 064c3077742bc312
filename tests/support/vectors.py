"""Golden vectors of the wire format, for pytest and vitest: run this file to write them anew."""

import asyncio
import json
import math
from pathlib import Path

import numpy as np
from support.board import changed, logged, new_run, study
from support.clock import FakeClock

from hdwidget.widget.board import Board
from hdwidget.widget.publisher import Publisher

__all__ = ["FOLDER", "vectors"]

FOLDER = Path(__file__).parent.parent / "vectors"

NET = {"lr": 0.01, "model": {"kind": "net", "momentum": 0.9}}
SVM = {"lr": 0.5, "model": "svm"}


def from_the_first_message(play):
    """One run after the other, with gaps, texts, uneven steps and more values than buckets."""
    play(new_run(0, SVM), new_run(1, NET), changed(None, "Running", started=1_800_000_001.0))
    play(changed(0, "Running", started=1_800_000_002.0))
    for seq in range(300):
        value = math.nan if seq % 50 == 7 else math.sin(seq / 9)
        play(logged(0, "loss", seq, value, step=10 * seq, seconds=seq / 7))
        play(logged(0, "accuracy", seq, 1 - value, step=seq * seq, seconds=seq / 7))
    play(changed(0, "Completed", ended=1_800_000_050.0))
    play(logged(1, "loss", 0, 1e300), logged(1, "loss", 1, -math.inf), logged(1, "loss", 2, 0.25))
    stop = {"ended": 1_800_000_051.5, "properties": {"detail": "über dem Median"}}
    play(changed(1, "Canceled", "policy", **stop))


def then_a_failure(play):
    """What ends badly."""
    play(new_run(2, SVM), logged(2, "note", 0, "text"), logged(2, "loss", 0, 0.1))
    error = {"type": "ValueError", "message": "</script><img src=x>", "traceback": "Traceback"}
    play(changed(2, "Failed", error=error, ended=1_800_000_060.0))
    play(changed(None, "Completed", ended=1_800_000_061.0))


async def _messages(*, snapshot_between):
    """Return what a page gets: a snapshot and deltas, or only what comes after a late snapshot."""
    clock, sent = FakeClock(), []
    board = Board(study(max_total_runs=1000))
    publisher = Publisher(board, lambda *message: sent.append(message), clock)
    sent.append(publisher.snapshot())

    def play(*events):
        for event in events:
            publisher.note(event)

    publisher.begin()
    from_the_first_message(play)
    await clock.advance(0.5)
    if snapshot_between:
        sent[:] = [publisher.snapshot()]
    then_a_failure(play)
    await clock.advance(10)
    return board, sent


def vectors():
    """Return the golden vectors by name."""
    return {
        name: {"name": name, **_written(*asyncio.run(_messages(snapshot_between=late)))}
        for name, late in (("deltas", False), ("late-snapshot", True))
    }


def _written(board, sent):
    rows = board.rows
    columns = {name: rows[name].tolist() for name in rows.dtype.names}
    curves = {
        board.metrics[metric]: {
            str(run): {
                "width": curve.width,
                "count": curve.count,
                **{
                    column: np.asarray(getattr(curve, column)).tolist()
                    for column in ("low", "high", "last", "step", "time")
                },
            }
            for run, curve in runs.items()
        }
        for metric, runs in enumerate(board.curves)
    }
    return _without_nan(
        {
            "study": board.study,
            "messages": [
                {"content": content, "buffers": [buffer.hex() for buffer in buffers]}
                for content, buffers in sent
            ],
            "expected": {"rows": columns, "curves": curves, "notes": board.notes},
        }
    )


def _without_nan(value):
    if isinstance(value, dict):
        return {str(name): _without_nan(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(entry) for entry in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def main() -> None:
    """Write the vectors."""
    FOLDER.mkdir(exist_ok=True)
    for name, vector in vectors().items():
        text = json.dumps(vector, ensure_ascii=False, allow_nan=False, indent=1)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
