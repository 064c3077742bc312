"""Tasks over continuous spaces: `make_tables.py` fits a surrogate to a sample of evaluations."""

from collections.abc import Mapping
from math import log
from typing import Any

from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    make_classification,
    make_friedman1,
    make_friedman2,
    make_regression,
)
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import SGDClassifier, SGDRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR

from hdwidget.space import (
    SearchSpace,
    choice,
    lognormal,
    loguniform,
    qloguniform,
    randint,
    uniform,
)

from .task import SCALERS, Task

__all__ = ["REPORT_SURROGATES", "TUNE_SURROGATES"]

Params = Mapping[str, Any]


def _standardized(data):
    features, targets = data
    return features, (targets - targets.mean()) / targets.std()


def _rows(data, first, last):
    features, targets = data
    return features[first:last], targets[first:last]


def _log(low, high):
    return loguniform(log(low), log(high))


def _qlog(low, high, q):
    return qloguniform(log(low), log(high), q)


# --- what the sampler's author may look at


def _digits_net(p: Params):
    return make_pipeline(
        StandardScaler(),
        MLPClassifier(
            (p["units"],),
            activation=p["activation"],
            solver="sgd",
            learning_rate_init=p["rate"],
            momentum=p["momentum"],
            alpha=p["alpha"],
            batch_size=p["batch"],
            max_iter=6,
            random_state=0,
        ),
    )


def _support_vectors(p: Params):
    return make_pipeline(
        StandardScaler(),
        SVR(
            C=p["C"],
            epsilon=p["epsilon"],
            gamma=p["gamma"],
            coef0=p["coef0"],
            kernel=p["kernel"],
            max_iter=5000,
        ),
    )


def _random_forest(p: Params):
    return RandomForestClassifier(
        12,
        max_features=p["features"],
        min_samples_leaf=p["leaf"],
        max_depth=p["depth"] + 2,
        max_samples=p["samples"],
        ccp_alpha=p["pruning"],
        criterion=p["criterion"],
        random_state=0,
    )


def _sgd_regressor(p: Params):
    return make_pipeline(
        SCALERS[p["scale"]](),
        SGDRegressor(
            loss=p["loss"],
            penalty="elasticnet",
            alpha=p["alpha"],
            l1_ratio=p["l1_ratio"],
            eta0=p["eta0"],
            power_t=p["power"],
            epsilon=p["epsilon"],
            max_iter=20,
            tol=None,
            random_state=0,
        ),
    )


TUNE_SURROGATES = (
    Task(
        name="net digits",
        space=SearchSpace(
            {
                "rate": _log(1e-5, 3),
                "momentum": uniform(0.0, 0.99),
                "alpha": _log(1e-6, 10),
                "units": _qlog(4, 96, 1),
                "batch": _qlog(8, 256, 8),
                "activation": choice("relu", "tanh", "logistic"),
            }
        ),
        data=lambda: _rows(load_digits(return_X_y=True), 450, 850),
        model=_digits_net,
        loss="log loss",
        kept_as="nets",
    ),
    Task(
        name="svr diabetes",
        space=SearchSpace(
            {
                "C": _log(1e-3, 1e3),
                "epsilon": _log(1e-3, 3),
                "gamma": _log(1e-4, 10),
                "coef0": uniform(0.0, 2.0),
                "kernel": choice("rbf", "poly", "sigmoid", "linear"),
            }
        ),
        data=lambda: _standardized(load_diabetes(return_X_y=True)),
        model=_support_vectors,
        loss="squared error",
        kept_as="forest",
    ),
    Task(
        name="forest classification",
        space=SearchSpace(
            {
                "features": uniform(0.05, 1.0),
                "leaf": _qlog(1, 60, 1),
                "depth": randint(14),
                "samples": uniform(0.1, 1.0),
                "pruning": _log(1e-5, 1e-1),
                "criterion": choice("gini", "entropy"),
            }
        ),
        data=lambda: make_classification(500, 16, n_informative=6, flip_y=0.05, random_state=4),
        model=_random_forest,
        loss="log loss",
        kept_as="forest",
    ),
    Task(
        name="sgd regression",
        space=SearchSpace(
            {
                "alpha": lognormal(log(1e-3), 3.0),
                "l1_ratio": uniform(0.0, 1.0),
                "eta0": _log(1e-5, 1),
                "power": uniform(0.0, 0.6),
                "epsilon": _log(1e-3, 1),
                "loss": choice("squared_error", "huber", "epsilon_insensitive"),
                "scale": choice("none", "standard", "minmax"),
            }
        ),
        data=lambda: _standardized(
            make_regression(300, 12, n_informative=6, noise=20.0, random_state=5)
        ),
        model=_sgd_regressor,
        loss="squared error",
        kept_as="nets",
    ),
)


# --- held out


def _boosting(p: Params):
    return GradientBoostingRegressor(
        learning_rate=p["rate"],
        n_estimators=p["trees"],
        max_depth=p["depth"] + 1,
        subsample=p["subsample"],
        max_features=p["features"],
        min_samples_leaf=p["leaf"] + 1,
        random_state=0,
    )


def _regression_net(p: Params):
    body = p["body"]
    layers = (body["first"], body["second"]) if body["layers"] == 2 else (body["units"],)
    return make_pipeline(
        StandardScaler(),
        MLPRegressor(
            hidden_layer_sizes=layers,
            activation=p["activation"],
            solver=p["solver"],
            learning_rate_init=p["rate"],
            alpha=p["alpha"],
            batch_size=p["batch"],
            max_iter=20,
            random_state=0,
        ),
    )


def _cancer_svc(p: Params):
    kernel = dict(p["kernel"])
    return make_pipeline(
        SCALERS[p["scale"]](),
        SVC(C=p["C"], tol=p["tol"], class_weight=p["class_weight"], max_iter=3000, **kernel),
    )


def _nystroem(p: Params):
    return make_pipeline(
        StandardScaler(),
        Nystroem(p["kernel"], gamma=p["gamma"], n_components=p["components"], random_state=0),
        SGDClassifier(
            "modified_huber",
            penalty="elasticnet",
            alpha=p["alpha"],
            l1_ratio=p["l1_ratio"],
            eta0=p["eta0"],
            learning_rate=p["schedule"],
            max_iter=8,
            tol=None,
            random_state=0,
        ),
    )


REPORT_SURROGATES = (
    Task(
        name="boosting friedman",
        space=SearchSpace(
            {
                "rate": _log(1e-3, 1),
                "trees": _qlog(5, 80, 1),
                "depth": randint(8),
                "subsample": uniform(0.2, 1.0),
                "features": uniform(0.1, 1.0),
                "leaf": randint(30),
            }
        ),
        data=lambda: _standardized(make_friedman2(250, noise=125.0, random_state=6)),
        model=_boosting,
        loss="squared error",
        kept_as="nets",
    ),
    Task(
        name="net friedman",
        space=SearchSpace(
            {
                "rate": _log(1e-5, 1),
                "alpha": _log(1e-6, 10),
                "batch": _qlog(8, 128, 4),
                "activation": choice("relu", "tanh", "logistic"),
                "solver": choice("adam", "sgd"),
                "body": choice(
                    {"layers": 1, "units": _qlog(4, 128, 1)},
                    {"layers": 2, "first": _qlog(4, 64, 1), "second": _qlog(4, 64, 1)},
                ),
            }
        ),
        data=lambda: _standardized(make_friedman1(240, 8, noise=0.5, random_state=7)),
        model=_regression_net,
        loss="squared error",
        kept_as="forest",
    ),
    Task(
        name="svc cancer",
        space=SearchSpace(
            {
                "C": _log(1e-4, 1e4),
                "tol": _log(1e-5, 1e-1),
                "scale": choice("none", "standard", "minmax", "robust"),
                "class_weight": choice(None, "balanced"),
                "kernel": choice(
                    {"kernel": "rbf", "gamma": _log(1e-6, 1e1)},
                    {
                        "kernel": "poly",
                        "gamma": _log(1e-4, 1e1),
                        "degree": choice(2, 3, 4, 5),
                        "coef0": uniform(0.0, 3.0),
                    },
                    {"kernel": "sigmoid", "gamma": _log(1e-6, 1e0), "coef0": uniform(-2.0, 2.0)},
                ),
            }
        ),
        data=lambda: _rows(load_breast_cancer(return_X_y=True), 0, 300),
        model=_cancer_svc,
        loss="error",
        kept_as="forest",
        folds=4,
    ),
    Task(
        name="nystroem digits",
        space=SearchSpace(
            {
                "kernel": choice("rbf", "laplacian", "sigmoid"),
                "gamma": _log(1e-5, 1e-1),
                "components": _qlog(10, 150, 5),
                "alpha": _log(1e-7, 1e-1),
                "eta0": lognormal(log(1e-1), 2.0),
                "l1_ratio": uniform(0.0, 1.0),
                "schedule": choice("optimal", "constant", "invscaling", "adaptive"),
            }
        ),
        data=lambda: _rows(load_digits(return_X_y=True), 1397, 1797),
        model=_nystroem,
        loss="log loss",
        kept_as="nets",
    ),
)
