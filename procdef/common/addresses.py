"""Which addresses count as one client."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

NETWORK = 64
"""Bits of an IPv6 address that name its network. A client with one address of a network usually has all of them."""


def origin_of(address: str) -> str:
    """The origin of a client: an IPv4 address itself, or the network of an IPv6 address."""
    if ":" not in address:
        return address
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Address(int(found) >> NETWORK << NETWORK))
