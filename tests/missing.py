"""What a test needs of the machine and does not find: a skip with the reason, and in CI a failure."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def missing(reason: str) -> NoReturn:
    """Leave out the present test; in CI, which installs everything, fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def need(*programs: str) -> None:
    """Leave out the present test where one of these programs is not installed."""
    absent = [name for name in programs if shutil.which(name) is None]
    if absent:
        missing(f"not installed: {', '.join(absent)}")
