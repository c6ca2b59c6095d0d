from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.web.xml_lines import LONGEST, MOST_LINES, highlighted
from tests.web.conftest import Browser
from tests.web.files import CALLER, Named, file_of

TAGS = ["<a", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "</a>", "/>", ">", "<"]
PIECES = [*TAGS, '"', "'", " b=", "=", "\n", "\r\n", "&amp;", "x", " ", "ä"]


def plain(text: str) -> str:
    """The text of the lines, without their markup."""
    return unescape(re.sub(r"<[^>]*>", "", "\n".join(highlighted(text))))


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_the_text_is_unchanged(text: str) -> None:
    assert plain(text) == text.replace("\r\n", "\n")


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_each_line_is_well_formed(text: str) -> None:
    for line in highlighted(text):
        assert re.fullmatch(r'(?:[^<>]|<span class="x-[a-z]">[^<>]*</span>)*', line)


def test_tags_names_values_and_comments_have_classes() -> None:
    (line,) = highlighted('<a b="c">d</a><!-- e -->')
    assert line == (
        '<span class="x-t">&lt;a</span> <span class="x-a">b</span>=<span class="x-v">&#34;c&#34;</span><span class="x-t">&gt;</span>d'
        '<span class="x-t">&lt;/a</span><span class="x-t">&gt;</span><span class="x-c">&lt;!-- e --&gt;</span>'
    )
    assert len([*highlighted(CALLER.decode())]) == CALLER.count(b"\n") + 1


@pytest.mark.parametrize("piece", ['<a "', "<a '\"", "<!--", "<![CDATA[", "<", "<a b=", "<?", "</", "<a " + "b" * 50, "'\"<a>"])
def test_hostile_text_ends(piece: str) -> None:
    """Nothing is measured: if each piece took as long as all before it, this would not end within hours."""
    assert len([*highlighted(piece * (LONGEST // 4 // len(piece)))]) == 1


def test_the_tab_with_the_file_shows_a_bounded_number_of_lines(browser: Browser) -> None:
    data = file_of(Named("lines", "Lines")) + b"\n" * (2 * MOST_LINES)
    browser.api.deploy(("lines.bpmn", data))
    text = browser.text("/d/lines/xml")
    assert text.count('class="l"') == MOST_LINES
    assert "download all of it" in text
