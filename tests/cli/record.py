"""Records the answers of a real engine for the tests that ask a recorded one: `python -m tests.cli.record --base URL TEST…`.

The engine must be empty. Without TEST, all tests of the commands that ask an engine are recorded.
"""

from __future__ import annotations

import os
import sys

import click
import pytest

from tests.cli.recorded import BASES


@click.command()
@click.option(
    "--base", "bases", multiple=True, required=True, metavar="URL", help="Address of an engine, as http://127.0.0.1:8180/engine-rest."
)
@click.argument("tests", nargs=-1)
def record(bases: tuple[str, ...], tests: tuple[str, ...]) -> None:
    """Run TESTS against real engines, and write their answers down. The engines must be empty, and are empty at the end."""
    os.environ[BASES] = " ".join(base.rstrip("/") for base in bases)
    sys.exit(pytest.main(["-q", "-n0", "--tb=short", "-m", "recorded", *(tests or ["tests/cli"])]))


if __name__ == "__main__":
    record()
