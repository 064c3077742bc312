# ruff: noqa: T201  # a benchmark prints its table
"""What policies save, and lose, on real learning curves, replayed four runs at a time.

The published claim is that median stopping with interval 1 and delay 5 saves some 25-35 % of the
compute without loss in the primary metric.
"""

import time
from collections import deque

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from hdwidget.curves import LearningCurves, PrimaryMetricGoal
from hdwidget.policies import (
    BanditPolicy,
    MedianStoppingPolicy,
    NoTerminationPolicy,
    TruncationSelectionPolicy,
)

CONFIGURATIONS = 40
EPOCHS = 30
CONCURRENT = 4
ORDERS = 25
MAXIMIZE, MINIMIZE = PrimaryMetricGoal.MAXIMIZE, PrimaryMetricGoal.MINIMIZE
DATASETS = {"digits": load_digits, "breast cancer": load_breast_cancer, "wine": load_wine}
POLICIES = {
    "median, delay 5": MedianStoppingPolicy(delay_evaluation=5),
    "bandit, factor 0.1, delay 5": BanditPolicy(slack_factor=0.1, delay_evaluation=5),
    "bandit, factor 0.2, delay 5": BanditPolicy(slack_factor=0.2, delay_evaluation=5),
    "truncation 20 %, delay 5": TruncationSelectionPolicy(20, delay_evaluation=5),
    "none": NoTerminationPolicy(),
}


def perceptron(rng):
    """Return a multilayer perceptron with random hyperparameters."""
    return MLPClassifier(
        hidden_layer_sizes=(int(rng.integers(4, 65)),),
        learning_rate_init=float(np.exp(rng.uniform(np.log(1e-4), np.log(0.3)))),
        alpha=float(np.exp(rng.uniform(np.log(1e-6), np.log(1.0)))),
        batch_size=int(rng.choice([32, 64])),
        solver=str(rng.choice(["adam", "sgd"])),
        random_state=0,
    )


def linear(rng):
    """Return a linear model with random hyperparameters, trained by gradient descent."""
    return SGDClassifier(
        loss="log_loss",
        alpha=float(np.exp(rng.uniform(np.log(1e-6), np.log(1.0)))),
        learning_rate="constant",
        eta0=float(np.exp(rng.uniform(np.log(1e-5), np.log(1.0)))),
        random_state=0,
    )


def learning_curves(load, model, seed):
    """Return `(CONFIGURATIONS, EPOCHS)` validation accuracies, and log losses."""
    features, labels = load(return_X_y=True)
    features = StandardScaler().fit_transform(features)
    train_x, test_x, train_y, test_y = train_test_split(
        features, labels, test_size=0.3, random_state=0, stratify=labels
    )
    classes = np.unique(labels)
    rng = np.random.default_rng(seed)
    accuracies, losses = np.empty((2, CONFIGURATIONS, EPOCHS))
    for configuration in range(CONFIGURATIONS):
        estimator = model(rng)
        for epoch in range(EPOCHS):
            estimator.partial_fit(train_x, train_y, classes=classes)
            probabilities = estimator.predict_proba(test_x)
            accuracies[configuration, epoch] = (
                classes[probabilities.argmax(axis=1)] == test_y
            ).mean()
            losses[configuration, epoch] = log_loss(test_y, probabilities, labels=classes)
    return accuracies, losses


def replay(recorded, goal, policy):
    """Return the epochs that ran under `policy` and the best value that it leaves us with.

    `CONCURRENT` runs take turns, an epoch each; one that stops or ends makes room for the next.
    """
    curves = LearningCurves(goal)
    waiting = deque(range(len(recorded)))
    running = deque(waiting.popleft() for _ in range(CONCURRENT))
    epochs = 0
    while running:
        run = running.popleft()
        interval = curves.append(run, recorded[run, curves.intervals(run)])
        epochs += 1
        stops = policy.is_due(interval) and policy.decide(curves, run, interval).stop
        if stops or interval == recorded.shape[1]:
            curves.finish(run)
            if waiting:
                running.append(waiting.popleft())
        else:
            running.append(run)
    return epochs, curves.best_overall()[1]


def main():
    """Print the shares saved and how often the best value was lost."""
    start = time.perf_counter()
    recorded = []
    for dataset, load in DATASETS.items():
        for model in (perceptron, linear):
            accuracies, losses = learning_curves(load, model, seed=len(recorded))
            recorded.append((f"{dataset}, {model.__name__}, accuracy", MAXIMIZE, accuracies))
            recorded.append((f"{dataset}, {model.__name__}, log loss", MINIMIZE, losses))
    print(
        f"{CONFIGURATIONS} configurations x {EPOCHS} epochs, {CONCURRENT} at a time, in {ORDERS} "
        f"random orders; trained in {time.perf_counter() - start:.0f} s"
    )
    for title, policy in POLICIES.items():
        print(f"\n{title:<40}{'saved':>8}{'best lost':>11}{'worst regret':>14}")
        shares, shares_lost = [], []
        for name, goal, curves in recorded:
            best = goal.sign * (goal.sign * curves).max()
            rng = np.random.default_rng(0)
            saved, regrets = [], []
            for _ in range(ORDERS):
                epochs, found = replay(curves[rng.permutation(len(curves))], goal, policy)
                saved.append(1 - epochs / curves.size)
                regrets.append(abs(best - found))
            lost = np.mean(np.array(regrets) > 0)
            shares.append(np.mean(saved))
            shares_lost.append(lost)
            print(f"  {name:<38}{shares[-1]:>8.0%}{lost:>11.0%}{max(regrets):>14.4f}")
        print(f"  {'on average':<38}{np.mean(shares):>8.0%}{np.mean(shares_lost):>11.1%}")


if __name__ == "__main__":
    main()
