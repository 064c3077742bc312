"""Tasks whose spaces are grids: `make_tables.py` evaluates every configuration."""

from collections.abc import Mapping
from typing import Any

from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_wine,
    make_classification,
    make_friedman1,
)
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import ElasticNet, SGDClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.svm import SVC, SVR, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from hdwidget.space import SearchSpace, choice, quniform, randint

from .task import SCALERS, Task

__all__ = ["REPORT_TABLES", "TUNE_TABLES"]

Params = Mapping[str, Any]


def _rows(data, first, last):
    features, targets = data
    return features[first:last], targets[first:last]


def _scaled(params: Params, *steps):
    return make_pipeline(SCALERS[params["scale"]](), *steps)


# --- what the sampler's author may look at


def _svc(p: Params):
    return _scaled(p, SVC(C=10 ** p["log_C"], gamma=10 ** p["log_gamma"], kernel=p["kernel"]))


def _neighbours(p: Params):
    return _scaled(p, KNeighborsClassifier(p["k"] + 1, weights=p["weights"], p=p["p"]))


def _tree(p: Params):
    return DecisionTreeClassifier(
        max_depth=p["depth"] + 1,
        min_samples_leaf=p["leaf"],
        max_features=p["features"],
        criterion=p["criterion"],
        random_state=0,
    )


def _extra_trees(p: Params):
    return ExtraTreesClassifier(
        20,
        max_features=p["features"],
        min_samples_leaf=p["leaf"] + 1,
        max_depth=p["depth"],
        criterion=p["criterion"],
        bootstrap=p["bootstrap"],
        random_state=0,
    )


def _elastic_net(p: Params):
    return _scaled(
        p,
        PolynomialFeatures(p["degree"], interaction_only=p["interaction_only"]),
        ElasticNet(alpha=10 ** p["log_alpha"], l1_ratio=p["l1_ratio"], max_iter=200),
    )


def _linear_svc(p: Params):
    return _scaled(
        p,
        LinearSVC(
            C=10 ** p["log_C"],
            penalty=p["penalty"],
            loss=p["loss"],
            dual=p["dual"],
            class_weight=p["class_weight"],
            max_iter=300,
            random_state=0,
        ),
    )


TUNE_TABLES = (
    Task(
        name="table svc digits",
        space=SearchSpace(
            {
                "log_C": quniform(-2, 3, 0.5),
                "log_gamma": quniform(-5, 0, 0.5),
                "kernel": choice("rbf", "poly", "sigmoid"),
                "scale": choice("none", "standard", "minmax"),
            }
        ),
        data=lambda: _rows(load_digits(return_X_y=True), 0, 450),
        model=_svc,
        loss="error",
    ),
    Task(
        name="table neighbours cancer",
        space=SearchSpace(
            {
                "k": randint(30),
                "weights": choice("uniform", "distance"),
                "p": quniform(1, 3, 0.5),
                "scale": choice("none", "standard", "minmax", "robust"),
            }
        ),
        data=lambda: _rows(load_breast_cancer(return_X_y=True), 0, 400),
        model=_neighbours,
        loss="error",
        folds=4,
    ),
    Task(
        name="table tree classification",
        space=SearchSpace(
            {
                "depth": randint(15),
                "leaf": quniform(1, 41, 4),
                "features": quniform(0.2, 1.0, 0.2),
                "criterion": choice("gini", "entropy"),
            }
        ),
        data=lambda: make_classification(1200, 20, n_informative=8, flip_y=0.05, random_state=1),
        model=_tree,
        loss="log loss",
    ),
    Task(
        name="table extra trees wine",
        space=SearchSpace(
            {
                "features": quniform(0.1, 1.0, 0.1),
                "leaf": randint(8),
                "depth": choice(2, 4, 8, None),
                "criterion": choice("gini", "entropy"),
                "bootstrap": choice([False, True]),
            }
        ),
        data=lambda: load_wine(return_X_y=True),
        model=_extra_trees,
        loss="log loss",
    ),
    Task(
        name="table elastic net diabetes",
        space=SearchSpace(
            {
                "log_alpha": quniform(-3, 2, 0.25),
                "l1_ratio": quniform(0, 1, 0.1),
                "degree": choice(1, 2),
                "interaction_only": choice([False, True]),
                "scale": choice("none", "standard", "robust"),
            }
        ),
        data=lambda: load_diabetes(return_X_y=True),
        model=_elastic_net,
        loss="squared error",
    ),
    Task(  # half of these penalties, losses and dual forms do not go together
        name="table linear svc cancer",
        space=SearchSpace(
            {
                "log_C": quniform(-4, 3, 0.5),
                "penalty": choice("l1", "l2"),
                "loss": choice("hinge", "squared_hinge"),
                "dual": choice([False, True]),
                "scale": choice("standard", "minmax", "robust"),
                "class_weight": choice(None, "balanced"),
            }
        ),
        data=lambda: _rows(load_breast_cancer(return_X_y=True), 169, 569),
        model=_linear_svc,
        loss="error",
        folds=4,
    ),
)


# --- held out


def _svr(p: Params):
    return make_pipeline(
        StandardScaler(),
        SVR(
            C=10 ** p["log_C"],
            gamma=10 ** p["log_gamma"],
            epsilon=10 ** p["log_epsilon"],
            kernel=p["kernel"],
            max_iter=5000,
        ),
    )


def _quadratic(p: Params):
    return _scaled(
        p,
        SelectKBest(k=p["k"]),
        PCA(p["kept"], whiten=p["whiten"], random_state=0),
        QuadraticDiscriminantAnalysis(reg_param=10 ** p["log_regularization"]),
    )


def _sgd(p: Params):
    schedule = p["schedule"]
    rate = {"eta0": 10 ** schedule["log_eta0"]} if "log_eta0" in schedule else {}
    return make_pipeline(
        StandardScaler(),
        SGDClassifier(
            loss=p["loss"],
            penalty=p["penalty"],
            alpha=10 ** p["log_alpha"],
            learning_rate=schedule["kind"],
            max_iter=8,
            tol=None,
            random_state=0,
            **rate,
        ),
    )


def _perceptron(p: Params):
    return make_pipeline(
        StandardScaler(),
        MLPClassifier(
            (p["units"],),
            activation=p["activation"],
            solver=p["solver"],
            learning_rate_init=10 ** p["log_rate"],
            alpha=10 ** p["log_alpha"],
            batch_size=32,
            max_iter=15,
            random_state=0,
        ),
    )


def _kernel_ridge(p: Params):
    kernel = p["kernel"]
    named = {"kernel": kernel} if isinstance(kernel, str) else kernel
    return _scaled(p, KernelRidge(alpha=10 ** p["log_alpha"], gamma=10 ** p["log_gamma"], **named))


def _classifier(p: Params):
    options = dict(p["model"])
    kind = options.pop("kind")
    if kind == "discriminant":
        model = LinearDiscriminantAnalysis(**options)
    elif kind == "neighbours":
        model = KNeighborsClassifier(options["k"] + 1, weights=options["weights"])
    else:
        model = DecisionTreeClassifier(
            max_depth=options["depth"] + 1, min_samples_leaf=options["leaf"], random_state=0
        )
    return _scaled(p, PCA(p["components"], random_state=0), model)


REPORT_TABLES = (
    Task(
        name="table svr friedman",
        space=SearchSpace(
            {
                "log_C": quniform(-2, 3, 0.5),
                "log_gamma": quniform(-3, 1, 0.5),
                "log_epsilon": quniform(-3, 1, 1),
                "kernel": choice("rbf", "poly", "sigmoid"),
            }
        ),
        data=lambda: make_friedman1(200, 7, noise=1.0, random_state=2),
        model=_svr,
        loss="squared error",
    ),
    Task(
        name="table quadratic cancer",
        space=SearchSpace(
            {
                "k": quniform(3, 30, 3),
                "kept": choice(0.7, 0.9, 0.95, 0.99),
                "whiten": choice([False, True]),
                "log_regularization": quniform(-4, -0.5, 0.5),
                "scale": choice("none", "standard", "robust"),
            }
        ),
        data=lambda: _rows(load_breast_cancer(return_X_y=True), 100, 500),
        model=_quadratic,
        loss="log loss",
    ),
    Task(
        name="table sgd digits",
        space=SearchSpace(
            {
                "loss": choice("hinge", "log_loss", "modified_huber", "perceptron"),
                "penalty": choice("l2", "l1"),
                "log_alpha": quniform(-6, 0, 0.5),
                "schedule": choice(
                    {"kind": "optimal"},
                    {"kind": "constant", "log_eta0": quniform(-4, 1, 0.5)},
                ),
            }
        ),
        data=lambda: _rows(load_digits(return_X_y=True), 900, 1400),
        model=_sgd,
        loss="error",
    ),
    Task(
        name="table perceptron wine",
        space=SearchSpace(
            {
                "units": choice(4, 8, 16, 32),
                "activation": choice("relu", "tanh", "logistic"),
                "solver": choice("adam", "sgd"),
                "log_rate": quniform(-4, -0.5, 0.5),
                "log_alpha": quniform(-5, 1, 2),
            }
        ),
        data=lambda: load_wine(return_X_y=True),
        model=_perceptron,
        loss="log loss",
    ),
    Task(
        name="table kernel ridge diabetes",
        space=SearchSpace(
            {
                "kernel": choice(
                    "rbf",
                    "laplacian",
                    {"kernel": "poly", "degree": choice(2, 3, 4), "coef0": choice(0, 1)},
                ),
                "log_alpha": quniform(-4, 1, 0.5),
                "log_gamma": quniform(-4, 0, 0.5),
                "scale": choice("none", "standard", "minmax"),
            }
        ),
        data=lambda: _rows(load_diabetes(return_X_y=True), 0, 300),
        model=_kernel_ridge,
        loss="squared error",
    ),
    Task(  # shrinkage does not go with the solver "svd"
        name="table classifiers",
        space=SearchSpace(
            {
                "scale": choice("none", "standard", "minmax"),
                "components": quniform(2, 20, 2),
                "model": choice(
                    {
                        "kind": "discriminant",
                        "solver": choice("svd", "lsqr", "eigen"),
                        "shrinkage": choice(None, 0.1, 0.3, 0.6, 0.9),
                    },
                    {
                        "kind": "neighbours",
                        "k": randint(20),
                        "weights": choice("uniform", "distance"),
                    },
                    {
                        "kind": "tree",
                        "depth": randint(8),
                        "leaf": choice(1, 5, 10, 20),
                    },
                ),
            }
        ),
        data=lambda: make_classification(500, 20, n_informative=10, flip_y=0.02, random_state=3),
        model=_classifier,
        loss="error",
    ),
)
