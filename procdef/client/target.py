"""Which server a command asks: from its options, the environment and the configuration file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit, urlunsplit

from procdef.client.contexts import Context, load
from procdef.client.errors import WrongConfiguration

CONTEXT, URL, CAMUNDA_URL = "PROCDEF_CONTEXT", "PROCDEF_URL", "CAMUNDA_URL"
REST_PATH = "/engine-rest"
"""The path of the API where Camunda, Operaton and procdef serve it. It is added to an address without a path."""
STORE = "store"
"""What a target is called that is the store of the settings."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the options of a command say of the server. `seconds`: how long a request may take; None for the default.

    `is_one_of_several`: a word names the server, beside others. So the credentials of the variables are not for it.
    """

    url: str | None = None
    context: str | None = None
    store: bool = False
    user: str | None = None
    seconds: float | None = None
    is_one_of_several: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """The server that a command asks. Without `url` it is the store of the settings, asked in this process.

    `takes_variables`: whether the credentials of the variables are for it.
    """

    name: str
    url: str | None
    context: Context | None = None
    user: str | None = None
    seconds: float | None = None
    takes_variables: bool = True

    @property
    def protected(self) -> bool:
        """Whether a change must be confirmed."""
        return bool(self.context and self.context.protected)


def choose(wanted: Wanted, environ: Mapping[str, str]) -> Target:
    """The server that is named first: by `--store`, `--url`, `--context`, a variable, or `current` in the file.

    If nothing names one, it is the store of the settings. Raises WrongConfiguration.
    """
    if sum((wanted.store, wanted.url is not None, wanted.context is not None)) > 1:
        raise WrongConfiguration("Use one of --url, --context and --store.")
    if wanted.store:
        return _store(wanted)
    if wanted.url is not None:
        return _by_url(wanted.url, "--url", wanted)
    if wanted.context is not None:
        return _by_context(wanted.context, wanted, environ)
    return _by_environment(wanted, environ)


def _by_environment(wanted: Wanted, environ: Mapping[str, str]) -> Target:
    if name := environ.get(CONTEXT):
        return _by_context(name, wanted, environ)
    for variable in (URL, CAMUNDA_URL):
        if url := environ.get(variable):
            return _by_url(url, variable, wanted)
    current = load(environ).current
    return _by_context(current, wanted, environ) if current else _store(wanted)


def _store(wanted: Wanted) -> Target:
    return Target(STORE, None, None, wanted.user, wanted.seconds)


def _by_url(url: str, source: str, wanted: Wanted) -> Target:
    address = address_of(url, source)
    return Target(address, address, None, wanted.user, wanted.seconds, not wanted.is_one_of_several)


def _by_context(name: str, wanted: Wanted, environ: Mapping[str, str]) -> Target:
    contexts = load(environ)
    found = contexts.get(name)
    address = address_of(found.url, f"{contexts.path}, context {name!r}")
    return Target(name, address, found, wanted.user or found.user, wanted.seconds, not wanted.is_one_of_several)


def address_of(url: str, source: str) -> str:
    """The address of the REST API, without a slash at its end. An address without a path gets `/engine-rest`.

    `source` names where the address comes from. Raises WrongConfiguration, without the address if that has a password.
    """
    parts = _parts(url)
    if parts is None:
        raise WrongConfiguration(f"{source} must be an address as http://HOST:PORT{REST_PATH}, without query and fragment.")
    if "@" in parts.netloc:
        raise WrongConfiguration(f"{source} has a user name or password in the address: use --user and the variable PROCDEF_PASSWORD.")
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/") or REST_PATH, "", ""))


def _parts(url: str) -> SplitResult | None:
    """The parts of an address; None if it is no address of HTTP, also because of its port, brackets or characters."""
    if not url.isprintable() or not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", url):
        return None
    try:
        parts = urlsplit(url)
        return parts if "@" in parts.netloc or parts.port != 0 else None
    except ValueError:
        return None
