"""Every state of every page on a desktop: silent, clean for axe in all colors, and at no width down to a phone wider than the window."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser as Chrome

from tests.web.looked import wrong_in
from tests.web.sites import Sites
from tests.web.states import EVERY, STATES


@pytest.mark.parametrize("part", STATES)
def test_every_state_is_in_order(chromium: Chrome, sites: Sites, part: str) -> None:
    assert wrong_in(chromium, sites, "light", part) == {}


def test_every_state_has_a_name_of_its_own() -> None:
    for part, states in STATES.items():
        assert len({state.name for state in states}) == len(states), part
    assert len(EVERY) == len(set(EVERY))
