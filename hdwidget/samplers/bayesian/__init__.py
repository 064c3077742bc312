"""Bayesian search: where a model of the finished trials expects the most improvement."""

from hdwidget.samplers.bayesian.sampling import BayesianParameterSampling

__all__ = ["BayesianParameterSampling"]
