"""What a notebook shows of a run."""

from hdwidget.widget.run_details import RunDetails

__all__ = ["RunDetails"]
