"""The addresses that hooks may have: no host of a private network, unless the hook allows that.

A name is looked up when a hook is added, and again for each request, which is sent to the very address that was checked: what a name means
may change.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from socket import SOCK_STREAM, getaddrinfo
from typing import NamedTuple
from urllib.parse import urlsplit

from procdef.errors import ProcdefError
from procdef.settings import bare

EMBEDDING = ip_network("64:ff9b::/96")
"""The network of IPv6 whose addresses have one of IPv4 at their end."""
PORTS = {"http": 80, "https": 443}
LONGEST = 2000


class WrongAddress(ProcdefError):
    """An address of a hook is none, is not allowed, or cannot be found."""


class Place(NamedTuple):
    """Where a request goes: the scheme, the host as the URL has it, the checked address, the port, and the path with its query."""

    scheme: str
    host: str
    address: str
    port: int
    target: str


def place_of(url: str, *, allows_private: bool) -> Place:
    """The place of a URL. Raises WrongAddress; the message does not have the path, which may be a secret."""
    scheme, host, port, target = _parts(url)
    found = _looked_up(host, port)
    if not allows_private:
        for address in found:
            if not is_public(address):
                raise WrongAddress(f"{host} is {address}, an address of a private network: --allow-private allows it.")
    return Place(scheme, host, str(found[0]), port, target)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the internet: not private, of this host, of this link, of a group, or reserved."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (IPv4Address(int(address) & 0xFFFFFFFF) if address in EMBEDDING else None)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _parts(url: str) -> tuple[str, str, int, str]:
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise WrongAddress("The address is too long, or has characters that a URL does not have.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise WrongAddress("The address is no URL.") from error
    if parts.scheme not in PORTS or not host or "@" in parts.netloc or parts.fragment or port == 0:
        raise WrongAddress("The address must be as https://HOST/PATH, without a user, a password and a fragment.")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port or PORTS[parts.scheme], target


def _looked_up(host: str, port: int) -> list[IPv4Address | IPv6Address]:
    try:
        found = getaddrinfo(bare(host), port, type=SOCK_STREAM)
        return [ip_address(str(row[4][0]).partition("%")[0]) for row in found]
    except (OSError, UnicodeError, ValueError) as error:
        raise WrongAddress(f"{host} cannot be found.") from error
