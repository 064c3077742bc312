import pytest
from comm.base_comm import BaseComm
from ipykernel.comm.comm import BaseComm as KernelComm

from hdwidget.widget.routing import keep_routing


@pytest.mark.parametrize("comm", [None, BaseComm(primary=False)])
def test_a_comm_that_does_not_route_is_left_alone(comm):
    keep_routing(comm)
    assert not hasattr(comm, "_reply_subshell_for")


def test_the_installed_kernel_takes_the_page_at_its_word():
    comm = KernelComm(primary=False)
    keep_routing(comm)
    # What ipykernel asks before it puts another subshell in place of the page's.
    assert getattr(comm, "_reply_subshell_for", None) is None
