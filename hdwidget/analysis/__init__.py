"""Pure functions of the record: what it says about an experiment."""

from hdwidget.analysis.diagnosis import Diagnosis, Finding, diagnose
from hdwidget.analysis.parameter_importance import Importance, importance

__all__ = ["Diagnosis", "Finding", "Importance", "diagnose", "importance"]
