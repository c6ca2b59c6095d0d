"""The commands for a terminal that pages show: `curl`, with the login that the server asks for."""

from __future__ import annotations

import shlex

from procdef.http import auth
from procdef.http.responses import store

TOKEN = '-H "Authorization: Bearer $TOKEN" '  # noqa: S105


def curl(arguments: str) -> str:
    """The command with arguments that are quoted already."""
    return f"curl {login()}{arguments}"


def login() -> str:
    """The arguments that log in, with a blank behind them; nothing where nobody needs to. The command asks for the password itself."""
    settings = store().settings
    if not auth.is_on(settings):
        return ""
    return TOKEN if not auth.has_passwords(settings) else f"-u {shlex.quote(auth.current_user() or 'USER')} "
