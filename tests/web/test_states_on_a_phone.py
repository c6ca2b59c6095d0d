"""Every state of every page on a phone: silent, clean for axe, not too small and nothing to scroll sideways; with scripts and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser as Chrome

from tests.web.chrome import MODES, PHONE
from tests.web.looked import wrong_in
from tests.web.sites import Sites
from tests.web.states import STATES

PHONES = [name for name, mode in MODES.items() if mode["viewport"] == PHONE]


@pytest.mark.parametrize("part", STATES)
@pytest.mark.parametrize("mode", PHONES)
def test_every_state_is_in_order(chromium: Chrome, sites: Sites, mode: str, part: str) -> None:
    assert wrong_in(chromium, sites, mode, part) == {}
