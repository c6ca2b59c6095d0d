"""A proxy in front of procdef that logs users in, and names the user of each request in a header.

The header counts only from the proxies of the settings, by the address of the connection. What headers as `X-Forwarded-For` say of an
address is never believed. gunicorn drops headers whose names have underscores, and joins headers of the same name by commas.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address

from flask import request

from procdef.http.logins import logins
from procdef.rights.decision import ANY
from procdef.settings import PROXY, Settings, proxies_of
from procdef.store.identity.rights import holder_of_token
from procdef.store.identity.tokens import Owner

USER = re.compile(r"[^\s,]{1,64}")
"""A user's id. One with a comma was sent twice: by the client, and by the proxy."""
MAX_GROUPS = 1000


class Proxies:
    """The proxies that are trusted, and the headers in which they name users."""

    def __init__(self, settings: Settings) -> None:
        self._networks, self._unix = proxies_of(settings.trusted_proxies)
        self._user, self._groups = environ_of(settings.proxy_user_header), environ_of(settings.proxy_groups_header)

    def owner(self) -> Owner | None:
        """The user that a trusted proxy names for the present request; None if it names none, and a line in the log if it may not."""
        value = request.environ.get(self._user, "") if self._user else ""
        if not value:
            return None
        if not self._is_trusted(request.remote_addr):
            logins().refusals.add(None, "a user's header that is not of a trusted proxy")
            return None
        user = _text(value)
        if user is None or not is_user_id(user):
            logins().refusals.add(None, "the user's header of the proxy is not one user id")
            return None
        return Owner(user, None, groups=self._named_groups())

    def _named_groups(self) -> Sequence[str]:
        text = _text(request.environ.get(self._groups, "")) if self._groups else ""
        names = (name.strip() for name in (text or "").split(",", MAX_GROUPS)[:MAX_GROUPS])
        return sorted({name for name in names if name and name.isprintable()})

    def _is_trusted(self, address: str | None) -> bool:
        if not address:
            return self._unix
        try:
            found = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        peer = found.ipv4_mapped if isinstance(found, IPv6Address) and found.ipv4_mapped else found
        return any(peer in network for network in self._networks)


def key_parts(settings: Settings) -> tuple[str, ...]:
    """What a response depends on besides, as WSGI names it."""
    headers = (environ_of(name) for name in (settings.proxy_user_header, settings.proxy_groups_header) if name)
    return (*headers, "REMOTE_ADDR") if settings.accepts(PROXY) else ()


def is_user_id(text: str) -> bool:
    """Whether a text that a proxy or a provider gives can be a user's id: no list, nothing that means every user or a token."""
    return USER.fullmatch(text) is not None and text.isprintable() and text != ANY and not text.startswith(holder_of_token(""))


def environ_of(header: str) -> str:
    """A header's name as WSGI has it; empty for none."""
    return f"HTTP_{header.upper().replace('-', '_')}" if header else ""


def _text(value: str) -> str | None:
    """A header's value, which WSGI decodes as Latin-1, as UTF-8; None if it is none."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return None
