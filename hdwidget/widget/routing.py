"""Which of a kernel's threads handles what a widget's page sends."""

from comm.base_comm import BaseComm

__all__ = ["keep_routing"]


def keep_routing(comm: BaseComm | None) -> None:
    """Have a page's messages handled where the page sends them.

    JupyterLab opens a subshell of the kernel for widgets and names it in each message, so that a
    cell that blocks the main shell does not hold them up. ipykernel 7.4 sends them instead to where
    the comm was last used from (its `Comm._reply_subshell_for` is asked), which for a widget that
    is fed while a cell runs is the cell's own, busy shell. It takes a comm without that method at
    its page's word, as 7.0 to 7.3 take every comm. Nothing is done where there is no such method.

    Parameters
    ----------
    comm : comm.base_comm.BaseComm or None
        The widget's comm, once it is open.
    """
    if hasattr(comm, "_reply_subshell_for"):
        setattr(comm, "_reply_subshell_for", None)  # noqa: B010  # no attribute of other comms
