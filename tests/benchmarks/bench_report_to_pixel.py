"""How long it takes from `run.log` to the page, at 50 reports a second, while a cell blocks.

The value of a report is the time of it. The page notes which values the table shows at the end of
every frame; afterwards each point of the curves is visited with the arrow keys.
"""

from bisect import bisect_left
from pathlib import Path

import numpy as np
from lab import running_lab
from measure import folder_on_disk
from playwright.sync_api import expect
from support.experiment_cells import WAIT
from table import Figure, report

from hdwidget import Experiment, Workspace

TRIALS, RATE, SECONDS = 10, 50, 20
VALUES = RATE * SECONDS // TRIALS
"""Of each trial."""

EARLIEST = 10.0
DIGIT = 0.001
"""The page shows five digits: with two before the point, up to 99.999, these are milliseconds."""

SUBMIT = f"""import asyncio, time
from hdwidget import (
    Experiment, GridParameterSampling, HyperDriveConfig, PrimaryMetricGoal, RunDetails, choice,
)

origin = time.time() + 3 - {EARLIEST}

async def train(run, phase):
    for number in range({VALUES}):
        due = origin + {EARLIEST} + (number * {TRIALS} + phase) / {RATE}
        await asyncio.sleep(due - time.time())
        run.log("sent", time.time() - origin)

run = Experiment(name="reports").submit(HyperDriveConfig(
    run_config=train,
    hyperparameter_sampling=GridParameterSampling({{"phase": choice(range({TRIALS}))}}),
    primary_metric_name="sent",
    primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
    max_total_runs={TRIALS},
    max_concurrent_runs={TRIALS},
))
details = RunDetails(run)
details.show()
with open("origin", "w") as file:
    file.write(repr(origin))"""

FOLLOW = """(widget) => {
    const titles = [...widget.querySelectorAll("[role=columnheader]")];
    const place = titles.findIndex((title) => title.textContent === "Last");
    window.seen = [];
    const shown = new Map();
    timing.follow((at) => {
        for (const { dataset: { run }, children } of widget.querySelectorAll("[data-run]")) {
            const value = Number(children[place].textContent);
            if (value > (shown.get(run) ?? 0)) window.seen.push([Number(run), value, at]);
            shown.set(run, value);
        }
    });
}"""
"""Note each change of a run's last value in the table: the run, the value, and when it was seen."""

VISIT = """async (chart) => {
    const points = new Map();
    const press = (key) => chart.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
    const frame = () => new Promise(timing.follow);
    const isNew = async () => {
        await frame();
        const tip = chart.getRootNode().querySelector(".curves-tooltip");
        const run = tip.querySelector("b").textContent.replace("Run ", "");
        const [value, step] = [...tip.querySelectorAll("dd")].map((each) => each.textContent);
        const known = points.has(`${run} ${step}`);
        points.set(`${run} ${step}`, [run, step, value].map(Number));
        return !known;
    };
    await frame(); // else a key may fall into one that has drawn already
    press("ArrowLeft");
    while (await isNew()) {
        let length = 0;
        do {
            press("ArrowLeft");
            length += 1;
        } while (await isNew());
        while (length-- > 0) press("ArrowRight");
        press("ArrowDown");
    }
    timing.follow(null);
    return [...points.values()];
}"""
"""Go from point to point, run by run, and return what the chart says of each: run, step, value."""


def recorded(folder):
    """Return the values of each trial, as the record has them."""
    (run,) = Experiment(Workspace(folder), "reports").get_runs()
    return {child.number: child.get_metrics()["sent"] for child in run.get_children()}


def delays(values, seen, origin):
    """Return the seconds from each of a trial's reports until it, or a later one, was seen; or inf.

    Parameters
    ----------
    values : list of float
        What was logged: its moments, in seconds since `origin`.
    seen : list of [value, moment]
        The values that the table has shown, and when, in epoch seconds.
    """
    shown, moments = zip(*seen, (np.inf, np.inf), strict=True)
    return [moments[bisect_left(shown, round(value, 3))] - origin - value for value in values]


def main():
    """Print the table."""
    with (
        folder_on_disk() as name,
        running_lab(Path(name)) as open_notebook,
        open_notebook(SUBMIT, WAIT) as notebook,
    ):
        notebook.page.set_viewport_size({"width": 1400, "height": 1600})
        notebook.run_all()
        notebook.wait_until_running(1)
        widget = notebook.widget(0)
        widget.get_by_role("tab", name="Curves").click()
        expect(widget.locator("[data-run]")).to_have_count(TRIALS)
        widget.evaluate("(widget) => timing.watch(widget)")
        widget.evaluate(FOLLOW)
        notebook.wait_for(1)
        expect(widget.get_by_role("status").first).to_have_text("Completed")
        seen = notebook.page.evaluate("() => timing.recorded().then(() => window.seen)")
        points = widget.locator(".curves-plot").evaluate(VISIT)
        origin = float((notebook.folder / "origin").read_text())
        logged = recorded(notebook.folder / ".hdwidget")
    taken = [
        delay * 1000
        for number, values in logged.items()
        for delay in delays(values, [each[1:] for each in seen if each[0] == number], origin)
    ]
    drawn = {(run, step): value for run, step, value in points}
    lost = sum(
        abs(drawn.get((number, step), np.inf) - value) > DIGIT
        for number, values in logged.items()
        for step, value in enumerate(values, 1)
    )
    p50, p95 = np.quantile(taken, [0.5, 0.95])
    report(
        f"From run.log to the page: {len(taken)} reports, {RATE} a second, while a cell waits",
        [
            Figure(name="report to pixel, p50", unit="ms", ours=[p50]),
            Figure(name="report to pixel, p95", unit="ms", ours=[p95], limit=150),
            Figure(name="report to pixel, longest", unit="ms", ours=[max(taken)]),
            Figure(name="reports that the page has lost", unit="", ours=[lost], limit=0),
        ],
    )


if __name__ == "__main__":
    main()
