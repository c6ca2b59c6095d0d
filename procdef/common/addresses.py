"""Clients by address: what counts as one client."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

NETWORK = 64
"""Bits of an IPv6 address that name a network: whoever has one address of it has all others too."""


def origin_of(address: str) -> str:
    """What stands for all addresses that one client can have: an IPv4 address itself, of an IPv6 address the network."""
    if ":" not in address:
        return address
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Address(int(found) >> NETWORK << NETWORK))
