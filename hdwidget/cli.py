"""The command line: `hdwidget …`, or `python -m hdwidget …`."""

import argparse
from collections.abc import Sequence

from hdwidget.demo import demo

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code."""
    parser = argparse.ArgumentParser(prog="hdwidget", description="Hyperparameter tuning.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    command = commands.add_parser(
        "demo", help="tune a neural network on scikit-learn's digits and print the best run"
    )
    command.set_defaults(run=demo)
    parser.parse_args(arguments).run()
    return 0
