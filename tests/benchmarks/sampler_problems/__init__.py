"""The problems of `bench_samplers.py`."""

from .splits import SPLITS

__all__ = ["SPLITS"]
