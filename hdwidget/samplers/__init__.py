"""Samplers: what proposes the configurations of an experiment."""

from hdwidget.samplers.base import Observation, Sampler
from hdwidget.samplers.bayesian import BayesianParameterSampling
from hdwidget.samplers.explanation import Explanation
from hdwidget.samplers.grid import GridParameterSampling
from hdwidget.samplers.random import RandomParameterSampling
from hdwidget.samplers.record import sampler_from_json

__all__ = [
    "BayesianParameterSampling",
    "Explanation",
    "GridParameterSampling",
    "Observation",
    "RandomParameterSampling",
    "Sampler",
    "sampler_from_json",
]
