"""`choice` as Azure's notebooks look into it."""

from dataclasses import dataclass

import hdwidget.space as local

__all__ = ["choice"]


@dataclass(frozen=True, init=False, repr=False, eq=False)
class choice(local.choice):  # noqa: N801  # HyperDrive's name
    """One of several options.

    Parameters
    ----------
    *options
        As `hdwidget.choice` has them.

    Examples
    --------
    >>> choice(range(3, 6))[1][0]
    [3, 4, 5]
    """

    def __getitem__(self, index: int) -> object:
        """Return a part of Azure's form, ``["choice", [options]]``: notebooks count a grid by it.

        Raises
        ------
        IndexError
            It has two parts only.
        """
        return ["choice", [list(self.options)]][index]
