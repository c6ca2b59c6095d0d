"""Passwords: hashed with Argon2, and checked a few at a time, since each takes a tenth of a second and 64 MiB."""

from __future__ import annotations

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE = 2
_hasher = PasswordHasher()
_turn = BoundedSemaphore(AT_ONCE)
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$8rTjwJcircjzTweaK0fBgg$oJEbaT+cxdXUADws1xPd2468q+S06TrXsdJ5zqS8oYY"
"""Checked where there is no hash, so that the time does not tell whether there is one."""


def hashed(password: str) -> str:
    """The hash under which a password is kept."""
    with _turn:
        return _hasher.hash(password)


def is_right(kept: str | None, password: str) -> bool:
    """Whether a password is that of a kept hash; it never is where none is kept."""
    with _turn:
        try:
            return _hasher.verify(kept or _NOBODY, password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False
