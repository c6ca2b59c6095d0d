"""What is looked at in each state of each page, in a mode: the console, axe, and whether everything fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict

from playwright.sync_api import Browser as Chrome

from tests.web.chrome import MODES, Seen, has_scripts, seen
from tests.web.sites import PASSWORD, Site, Sites
from tests.web.states import STATES, State


class Media(TypedDict, total=False):
    """What `Page.emulate_media` takes."""

    color_scheme: Literal["light", "dark"]
    forced_colors: Literal["active", "none"]


WIDTHS = (400, 500, 640, 770, 900, 1030)
"""Windows between a phone and a desktop. A browser that shows everything at twice the size has a window of half the width."""
SMALL = """
    [...document.querySelectorAll(
        'button, input:not([type=hidden], [type=checkbox], [type=radio]), select, nav a, .chips a, .choice, a.button, a.name')]
    .filter(each => each.checkVisibility() && !each.closest('dialog') && each.getBoundingClientRect().height < 44)
    .map(each => each.outerHTML.slice(0, 100))"""
"""What is smaller than a finger."""


COLORS: Mapping[str, Media] = {
    "dark": {"color_scheme": "dark"},
    "forced colours": {"color_scheme": "dark", "forced_colors": "active"},
    "light": {"color_scheme": "light", "forced_colors": "none"},
}
"""What a page that is open in light colors is seen in one after the other; the last are those which it had."""


def wrong_in(chromium: Chrome, sites: Sites, mode: str, part: str) -> dict[str, list[str]]:
    """What is wrong with the states of a part in a mode, by the names of those that are not in order."""
    with seen(chromium, **MODES[mode]) as shown:
        states = [state for state in STATES[part] if has_scripts(mode) or state.doing is None]
        return {state.name: found for state in states if (found := _look(shown, sites(state.site), state, mode))}


def _look(shown: Seen, site: Site, state: State, mode: str) -> list[str]:
    """What is wrong with a state in a mode."""
    _bring(shown, site, state)
    status = state.then or state.status
    said = [text for text in shown.said if status == 200 or str(status) not in text]
    shown.said.clear()
    title = ["markup of a name ran"] if shown.page.title() == "ran" else []
    return [*said, *title, *_shape(shown, mode), *_findings(shown, mode)]


def _findings(shown: Seen, mode: str) -> list[str]:
    """What axe finds. On a desktop all other colors follow."""
    found = shown.findings() if has_scripts(mode) else []
    return [*found, *_findings_in_colors(shown)] if mode == "light" else found


def _findings_in_colors(shown: Seen) -> list[str]:
    found = []
    for name, media in COLORS.items():
        shown.page.emulate_media(**media)
        found += [f"{name}: {each}" for each in shown.findings(colors_only=True)] if name != "light" else []
    return found


def _bring(shown: Seen, site: Site, state: State) -> None:
    shown.be(site.root, state.user, PASSWORD)
    shown.open(site.root + state.url.format_map(site.names), state.status)
    if state.doing is not None:
        state.doing(shown.page)


def _shape(shown: Seen, mode: str) -> list[str]:
    """How a state does not fit: at the width of the mode, and for `light` at every other one."""
    if mode == "phone":
        return [*_wide(shown, [0]), *(f"small: {each}" for each in shown.page.evaluate(SMALL))]
    return _wide(shown, [0, *WIDTHS] if mode == "light" else [0])


def _wide(shown: Seen, widths: Sequence[int]) -> list[str]:
    """The widths of the window at which something is wider; 0 is the present one, which the page has again at the end."""
    size = shown.page.viewport_size
    assert size is not None
    found = []
    for width in widths:
        shown.page.set_viewport_size({**size, "width": width or size["width"]})
        found += [f"sideways at {width or size['width']}"] if shown.sideways() else []
    shown.page.set_viewport_size(size)
    return found
