"""A real tuning task: a model, its data and the space of its hyperparameters."""

import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from sklearn.base import BaseEstimator
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, RobustScaler, StandardScaler

from hdwidget.space import SearchSpace

__all__ = ["SCALERS", "Task"]

SCORES = {
    "error": "accuracy",
    "log loss": "neg_log_loss",
    "squared error": "neg_mean_squared_error",
}
SCALERS: dict[str, Callable[[], BaseEstimator]] = {
    "none": FunctionTransformer,
    "standard": StandardScaler,
    "minmax": MinMaxScaler,
    "robust": RobustScaler,
}


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is tuned.

    Parameters
    ----------
    space
        Finite where every configuration is to be evaluated.
    data
        Makes the features and the targets.
    model
        Makes the estimator for a configuration.
    loss
        What is cross-validated; lower is better.
    kept_as
        What is kept of it: the table of a finite space, or a surrogate.
    """

    name: str
    space: SearchSpace
    data: Callable[[], tuple[object, object]]
    model: Callable[[Mapping[str, object]], BaseEstimator]
    loss: Literal["error", "log loss", "squared error"]
    folds: int = 3
    kept_as: Literal["table", "forest", "nets"] = "table"

    def evaluate(self, params: Mapping[str, object], data: tuple[object, object]) -> float:
        """Return the loss of a configuration; NaN if the model refuses it or has no finite one."""
        split = KFold if self.loss == "squared error" else StratifiedKFold
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # most configurations of a space converge badly
            try:
                scores = cross_val_score(
                    self.model(params),
                    *data,
                    scoring=SCORES[self.loss],
                    cv=split(self.folds, shuffle=True, random_state=0),
                    error_score="raise",
                )
            except (ValueError, NotImplementedError):
                return math.nan
        mean = float(scores.mean())
        if not math.isfinite(mean):
            return math.nan
        return 1.0 - mean if self.loss == "error" else -mean
