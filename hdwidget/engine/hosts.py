"""The workspaces that are open in this process: a host for each, and one engine for all."""

import contextlib
import os
import threading
from collections.abc import Mapping
from pathlib import Path

from hdwidget.engine.earlier import Adopted
from hdwidget.engine.host import Host
from hdwidget.engine.loop import EngineLoop
from hdwidget.errors import ConfigurationError, RunNotFoundError, StoreError
from hdwidget.store.connection import Durability

__all__ = ["any_host_for", "close_host", "host_for", "open_hosts"]

_lock = threading.Lock()
_hosts: dict[Path, Host] = {}
_loops: list[EngineLoop] = []


def host_for(folder: Path, durability: Durability) -> Host:
    """Return this process's host of a workspace's folder; handles on one folder share it.

    The one place where the process's engine is kept: a kernel has one, whatever the cells do.

    Raises
    ------
    ConfigurationError
        The folder is open in this process with another durability.
    StoreError
        The folder cannot be made or written.
    """
    key = folder.expanduser().absolute()
    with _lock:
        host = _hosts.get(key)
        if host is not None and not host.live and not host.store.usable:
            with contextlib.suppress(StoreError):  # it has failed, and said so
                host.store.close()
            host = None
        if host is None:
            if not _loops:
                _loops.append(EngineLoop())
            host = _hosts[key] = Host(key, durability, _loops[0], adopted)
        if host.durability != durability:
            message = (
                f"{key} is open in this process with durability={host.durability!r}, but got "
                f"durability={durability!r}. Close it first: Workspace({str(folder)!r}).close()."
            )
            raise ConfigurationError(message)
        return host


def any_host_for(folder: Path) -> Host:
    """Return this process's host of a workspace that is there, however durable; see `host_for`.

    Raises
    ------
    RunNotFoundError
        There is no such folder, and so none of its runs: to look is not to make.
    """
    if not os.path.isdir(folder):  # noqa: PTH112  # which does not raise
        message = f"there is no workspace {folder}."
        raise RunNotFoundError(message)
    with _lock:
        host = _hosts.get(folder)
    usual: Durability = "process"
    return host_for(folder, usual if host is None else host.durability)


def adopted(reference: Mapping[str, str]) -> Adopted:
    """Return a run of any workspace that another experiment is to go on with."""
    host = any_host_for(Path(reference["workspace"]))
    record = host.store.run(reference["run_id"])
    return Adopted(record, host.run_folder(record.id), host.store.series(record.id))


def close_host(folder: Path) -> None:
    """Close a workspace's folder in this process; nothing happens if it is not open."""
    with _lock:
        host = _hosts.pop(folder.expanduser().absolute(), None)
    if host is not None:
        host.close()


def open_hosts() -> list[Host]:
    """Return the hosts of this process."""
    with _lock:
        return list(_hosts.values())


def _forget_in_fork() -> None:
    """In a fork of the kernel there is no engine's thread: it begins anew if it needs one."""
    global _lock  # noqa: PLW0603  # another thread of the kernel's may have held it
    _lock = threading.Lock()
    _hosts.clear()
    _loops.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_fork)
