"""The digits experiment: `hdwidget demo`, and the first example of the README."""

# scikit-learn ships no types.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

import math
import sys

from hdwidget.config import HyperDriveConfig, PrimaryMetricGoal
from hdwidget.context import TrialRun
from hdwidget.experiment import Experiment
from hdwidget.hyperdrive_run import HyperDriveRun
from hdwidget.policies import BanditPolicy
from hdwidget.samplers import RandomParameterSampling
from hdwidget.space import choice, loguniform, uniform

__all__ = ["EPOCHS", "demo", "digits_config", "train"]

EPOCHS = 30
TOP = 5


def train(run: TrialRun, learning_rate: float, hidden: int, momentum: float) -> None:
    """Train a small neural network on scikit-learn's images of digits, logging each epoch."""
    # Imported here: the command line must not load scikit-learn, and the trials find it preloaded.
    import numpy as np  # noqa: PLC0415
    from sklearn.datasets import load_digits  # noqa: PLC0415
    from sklearn.model_selection import train_test_split  # noqa: PLC0415
    from sklearn.neural_network import MLPClassifier  # noqa: PLC0415

    images, labels = load_digits(return_X_y=True)
    train_x, test_x, train_y, test_y = train_test_split(
        images / 16.0, labels, test_size=0.25, random_state=0
    )
    network = MLPClassifier(
        hidden_layer_sizes=(hidden,),
        solver="sgd",
        learning_rate_init=learning_rate,
        momentum=momentum,
        random_state=0,
    )
    classes = np.unique(labels)
    for epoch in range(EPOCHS):
        network.partial_fit(train_x, train_y, classes=classes)
        accuracy = network.score(test_x, test_y)
        run.log("accuracy", accuracy, step=epoch)  # may stop the run right here


def digits_config(max_total_runs: int = 40) -> HyperDriveConfig:
    """Return the experiment: random search with a bandit policy, four runs at once."""
    return HyperDriveConfig(
        run_config=train,
        hyperparameter_sampling=RandomParameterSampling(
            {
                "learning_rate": loguniform(math.log(1e-3), math.log(1.0)),
                "hidden": choice(16, 32, 64, 128),
                "momentum": uniform(0.0, 0.95),
            },
            seed=1,
        ),
        policy=BanditPolicy(slack_factor=0.15, evaluation_interval=1, delay_evaluation=5),
        primary_metric_name="accuracy",
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=max_total_runs,
        max_concurrent_runs=4,
    )


def demo() -> HyperDriveRun:
    """Tune the network, print how it gets on, and print the best runs and what was saved."""
    out = sys.stdout
    run = Experiment(name="digits").submit(digits_config())
    out.write(f"Tuning a neural network on the digits images: {run.id}\n")
    out.flush()
    run.wait_for_completion(show_output=True)

    best = run.get_best_run_by_primary_metric()
    if best is None:  # pragma: no cover  # every run logs
        return run
    accuracies = best.get_metrics()["accuracy"]
    out.write(f"\nBest run {best.number}: accuracy {max(accuracies):.4f}\n")
    out.write(f"  {' '.join(best.get_details()['runDefinition']['arguments'])}\n\nTop five\n")
    for row in run.get_children_sorted_by_primary_metric(top=TOP):
        number = row["run_id"].rpartition("_")[2]
        out.write(
            f"  {row['best_primary_metric']:.4f}  run {number:<3} {row['status']:<10} "
            f"{row['hyperparameters']}\n"
        )
    children = run.get_children()
    trained = sum(len(child.get_metrics()["accuracy"]) for child in children)
    stopped = sum(child.reason == "policy" for child in children)
    possible = EPOCHS * len(children)
    out.write(
        f"\nThe bandit policy stopped {stopped} of {len(children)} runs: {trained} of {possible} "
        f"epochs were trained, {1 - trained / possible:.0%} saved.\n"
    )
    return run
