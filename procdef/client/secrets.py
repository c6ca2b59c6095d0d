"""Passwords and tokens: from variables, and from programs that print them. They are never arguments, and never in a message."""

from __future__ import annotations

import re
import shlex
import subprocess
from base64 import b64encode
from collections.abc import Mapping
from typing import NamedTuple

from procdef.client.errors import WrongConfiguration
from procdef.client.target import Target

TOKEN, USER, PASSWORD = "PROCDEF_TOKEN", "PROCDEF_USER", "PROCDEF_PASSWORD"
TOKEN_TEXT = re.compile(r"[!-~]+")
SECONDS = 60
"""How long a program may take: it may ask a person."""


class Credentials(NamedTuple):
    """What a client shows: a token, or a name and a password, or nothing."""

    token: str | None = None
    user: str | None = None
    password: str = ""

    def hidden(self) -> tuple[str, ...]:
        """What must not be in any message: the secrets, and the form in which Basic sends them."""
        basic = b64encode(f"{self.user}:{self.password}".encode()).decode() if self.user else ""
        return (self.token or "", self.password, basic)


def credentials(target: Target, environ: Mapping[str, str]) -> Credentials:
    """The credentials for a server. What belongs to its context comes before the variables. Raises WrongConfiguration.

    `token_command`, then PROCDEF_TOKEN; for a user: `password_command`, then PROCDEF_PASSWORD. A server that is one of several gets nothing
    from the variables: the token of one must not be sent to another.
    """
    shown = _credentials(target, environ)
    if shown.token and not TOKEN_TEXT.fullmatch(shown.token):
        raise WrongConfiguration("The token has characters that no token has: spaces, or others than those of ASCII.")
    if ":" in (shown.user or ""):
        raise WrongConfiguration("The name of the user has a colon, which HTTP Basic cannot send.")
    try:
        f"{shown.user}{shown.password}".encode()
    except UnicodeEncodeError:
        raise WrongConfiguration("The name of the user or the password is not UTF-8.") from None
    return shown


def _credentials(target: Target, environ: Mapping[str, str]) -> Credentials:
    context = target.context
    if context and context.token_command:
        return Credentials(token=printed_by(context.token_command, f"token_command of {context.name}"))
    if context and context.password_command and target.user:
        return Credentials(user=target.user, password=printed_by(context.password_command, f"password_command of {context.name}"))
    if not target.takes_variables:
        return Credentials()
    if token := environ.get(TOKEN):
        return Credentials(token=token)
    user = target.user or environ.get(USER)
    return Credentials(user=user, password=environ.get(PASSWORD, "")) if user else Credentials()


def words_of(command: str, source: str) -> list[str]:
    """The program and its arguments, as a shell would split them. Raises WrongConfiguration if there is none."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise WrongConfiguration(f"{source} cannot be run: it is not well-formed.") from error
    if not words or "\0" in command:
        raise WrongConfiguration(f"{source} cannot be run: it names no program.")
    return words


def printed_by(command: str, source: str) -> str:
    """The first line that a program prints. It runs without a shell. Raises WrongConfiguration, which never has what was printed."""
    words = words_of(command, source)
    try:
        done = subprocess.run(words, stdout=subprocess.PIPE, timeout=SECONDS, check=False, encoding="utf-8", errors="replace")  # noqa: S603
    except OSError as error:
        raise WrongConfiguration(f"{source} cannot be run: {error.strerror}.") from error
    except subprocess.TimeoutExpired as error:
        raise WrongConfiguration(f"{source} took longer than {SECONDS} seconds.") from error
    if done.returncode:
        raise WrongConfiguration(f"{source} ended with status {done.returncode}.")
    if not (lines := done.stdout.splitlines()):
        raise WrongConfiguration(f"{source} printed nothing.")
    return lines[0].strip()
