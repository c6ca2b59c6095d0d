"""The addresses on which nobody needs authentication."""

from __future__ import annotations

from typing import Any

import pytest

from procdef.errors import InvalidSetting
from procdef.settings import authority, check_reach, load

LOOPBACK: list[Any] = [
    ("127.0.0.1", 8080),
    ("127.9.9.9", 1),
    ("localhost", 80),
    ("::1", 80, 0, 0),
    ("[::1]", 80),
    "/run/x.sock",
    b"\0a",
    3,
]
REACHED: list[Any] = [("0.0.0.0", 8080), ("::", 80, 0, 0), ("192.168.0.1", 80), ("procdef.example.org", 80), ("", 80), ("127.1", 80)]


@pytest.mark.parametrize("address", LOOPBACK)
def test_loopback_needs_none(address: Any) -> None:
    check_reach(load({}), [address])


@pytest.mark.parametrize("address", REACHED)
def test_elsewhere_somebody_has_to_say_so(address: Any) -> None:
    with pytest.raises(
        InvalidSetting, match=r"PROCDEF_AUTH is empty and .* is no loopback address: set PROCDEF_AUTH to basic, token or none"
    ):
        check_reach(load({}), [("127.0.0.1", 80), address])
    for value in ("none", "basic", "token"):
        check_reach(load({"PROCDEF_AUTH": value}), [address])


@pytest.mark.parametrize(
    ("host", "written"),
    [("a.example", "a.example:80"), ("0.0.0.0", "0.0.0.0:80"), ("::1", "[::1]:80"), ("[::1]", "[::1]:80"), ("::", "[::]:80")],
)
def test_an_ipv6_address_is_written_in_brackets(host: str, written: str) -> None:
    assert authority(host, 80) == written
