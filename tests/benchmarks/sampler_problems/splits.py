"""The problems on which a sampler may be tuned, and those on which it is reported."""

from .problem import Problem
from .real import surrogate_problem, table_problem
from .report_synthetic import REPORT_SYNTHETIC
from .surrogate_tasks import REPORT_SURROGATES, TUNE_SURROGATES
from .table_tasks import REPORT_TABLES, TUNE_TABLES
from .tune_synthetic import TUNE_SYNTHETIC

__all__ = ["SPLITS"]

SPLITS: dict[str, tuple[Problem, ...]] = {
    "tune": (
        *TUNE_SYNTHETIC,
        *map(table_problem, TUNE_TABLES),
        *map(surrogate_problem, TUNE_SURROGATES),
    ),
    # Nobody looks at these but for the final figures.
    "report": (
        *REPORT_SYNTHETIC,
        *map(table_problem, REPORT_TABLES),
        *map(surrogate_problem, REPORT_SURROGATES),
    ),
}
