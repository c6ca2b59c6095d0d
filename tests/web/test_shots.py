"""The pictures of the pages in the documentation are there, small, and none is left over; `make screenshots` can make each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chrome

from tests.web import office, shots
from tests.web.sites import Kind, Site, started

ROOT = Path(__file__).parents[2]
IMAGE = re.compile(r"!\[[^\]]*\]\(([^)]*_static/pages/[^)]+)\)")
NAMES = [shot.name for shot in shots.SHOTS]


def shown() -> set[Path]:
    """The pictures that pages of the documentation show."""
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    return {(page.parent / link).resolve() for page in pages for link in IMAGE.findall(page.read_text(encoding="utf-8"))}


def test_each_picture_has_a_row_and_each_row_a_picture_that_is_small() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert {path.name: path.stat().st_size <= shots.LARGEST for path in shots.FOLDER.iterdir()} == {f"{name}.webp": True for name in NAMES}


def test_the_documentation_shows_each_picture_and_none_that_is_not_there() -> None:
    assert shown() == {shots.FOLDER / f"{name}.webp" for name in NAMES}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with started(tmp_path_factory.mktemp("shots"), Kind(office.fill)) as found:
        yield found


@pytest.mark.parametrize("shot", shots.SHOTS, ids=NAMES)
def test_a_picture_can_be_made(chromium: Chrome, site: Site, shot: shots.Shot) -> None:
    taken = shots.take(chromium, site, shot)
    assert taken[8:12] == b"WEBP"
    assert len(taken) <= shots.LARGEST
