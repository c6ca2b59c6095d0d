"""What counts as one client."""

from __future__ import annotations

import pytest

from procdef.common.addresses import origin_of


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("", ""),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("::1", "::"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("unix:/run/procdef", "unix:/run/procdef"),
    ],
)
def test_an_ipv6_network_is_one_client(address: str, origin: str) -> None:
    assert origin_of(address) == origin
