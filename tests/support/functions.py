"""Training functions that a module holds, as those of a user's own package."""

__all__ = ["train"]


def train(run, x):
    run.log("loss", x * x)
