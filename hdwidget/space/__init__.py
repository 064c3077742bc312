"""Parameter expressions and the search space that they make up."""

from hdwidget.space.choice import choice
from hdwidget.space.continuous import lognormal, loguniform, normal, uniform
from hdwidget.space.discrete import randint
from hdwidget.space.expression import Condition, Dimension, Expression
from hdwidget.space.quantized import qlognormal, qloguniform, qnormal, quniform
from hdwidget.space.record import expression_from_json
from hdwidget.space.search_space import SearchSpace

__all__ = [
    "Condition",
    "Dimension",
    "Expression",
    "SearchSpace",
    "choice",
    "expression_from_json",
    "lognormal",
    "loguniform",
    "normal",
    "qlognormal",
    "qloguniform",
    "qnormal",
    "quniform",
    "randint",
    "uniform",
]
