"""How the start of a server ends that cannot be: with one line, and the exit status of the error."""

from __future__ import annotations

import sys
from typing import NoReturn

from procdef.errors import UNREACHABLE, ProcdefError, for_operator


def fail(error: Exception) -> NoReturn:
    """End the process. An error that is not of procdef is one of the database."""
    sys.stderr.write(f"procdef: {for_operator(error)}\n")
    sys.exit(error.exit_status if isinstance(error, ProcdefError) else UNREACHABLE)
