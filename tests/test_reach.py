"""The setting of authentication, and the addresses on which nobody needs it."""

from __future__ import annotations

from typing import Any

import pytest

from procdef.errors import InvalidSetting
from procdef.settings import check_reach, load

LOOPBACK: list[Any] = [("127.0.0.1", 8080), ("127.9.9.9", 1), ("localhost", 80), ("::1", 80, 0, 0), "/run/procdef.sock", b"\0abstract", 3]
REACHED: list[Any] = [("0.0.0.0", 8080), ("::", 80, 0, 0), ("192.168.0.1", 80), ("procdef.example.org", 80), ("", 80), ("127.1", 80)]


@pytest.mark.parametrize("value", ["", "none", "basic", "token", "basic,token", "token,basic"])
def test_ways_to_authenticate(value: str) -> None:
    assert load({"PROCDEF_AUTH": value}).auth == value


@pytest.mark.parametrize("value", ["yes", "Basic", "basic, token", "basic,", ",", "none,basic", "basic;token", " ", "off"])
def test_a_way_that_there_is_not(value: str) -> None:
    with pytest.raises(
        InvalidSetting, match=r"^PROCDEF_AUTH=.* is not possible: must be basic or token, or both parted by a comma, or none$"
    ):
        load({"PROCDEF_AUTH": value})


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
