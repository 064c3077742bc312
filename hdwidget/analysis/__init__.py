"""Pure functions of the record: what it says about an experiment."""

from hdwidget.analysis.diagnosis import Diagnosis, Finding, diagnose

__all__ = ["Diagnosis", "Finding", "diagnose"]
