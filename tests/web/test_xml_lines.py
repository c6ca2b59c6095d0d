from __future__ import annotations

import re
from html import unescape
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.web.windows import LONGEST
from procdef.web.xml_lines import MOST_LINES, highlighted, lines, normal
from tests.web.conftest import Browser
from tests.web.files import CALLER, Named, file_of

TAGS = ["<a", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "</a>", "/>", ">", "<"]
SIZE = 256 * 1024
PIECES = [*TAGS, '"', "'", " b=", "=", "\n", "\r\n", "&amp;", "x", " ", "ä"]


def plain(text: str) -> str:
    """The text of the lines, without their markup."""
    return unescape(re.sub(r"<[^>]*>", "", "\n".join(highlighted(normal(text)))))


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_the_text_is_unchanged(text: str) -> None:
    assert plain(text) == text.replace("\r\n", "\n")


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join).map(normal), st.sets(st.integers(0, 20)))
def test_some_lines_are_as_they_are_among_all(text: str, chosen: set[int]) -> None:
    every = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in every)]
    numbers = sorted(number for number in chosen if number < len(every)) or [0]
    whole = [*highlighted(text)]
    assert [*highlighted(text, *((starts[number], starts[number + 1] - 1) for number in numbers))] == [whole[number] for number in numbers]
    first, last = numbers[0], numbers[-1]
    assert [*highlighted(text, (starts[first], starts[last + 1] - 1))] == whole[first : last + 1]


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
    assert len([*highlighted(piece * (SIZE // len(piece)))]) == 1


def test_the_tab_with_the_file_has_pages(browser: Browser) -> None:
    data = file_of(Named("lines", "Lines")) + b"\n" * (2 * MOST_LINES)
    browser.api.deploy(("lines.bpmn", data), tenant_id="t")
    text, total = browser.text("/d/lines/xml?tenant=t"), data.count(b"\n") + 1
    assert text.count('class="l"') == MOST_LINES
    assert f'href="/d/lines/1/xml?tenant=t&amp;line={MOST_LINES + 1}#L{MOST_LINES + 1}"' in text
    for first, shown in ((MOST_LINES + 1, MOST_LINES), (total, 1), (10**8, 1)):
        assert browser.text(f"/d/lines/xml?tenant=t&line={first}").count('class="l"') == shown
    (deployment,) = browser.api.get("/deployment")
    (file,) = browser.api.get(f"/deployment/{deployment['id']}/resources")
    assert f'id="L{total}"' in browser.text(f"/deployments/{deployment['id']}/files/{file['id']}?line={total}")


def test_a_line_that_is_too_long_is_cut() -> None:
    shown = lines("a\n" + "<b/>" * LONGEST + "\nc", 2)
    assert (len(shown.part.shown), shown.is_cut, shown.part.before, shown.part.after) == (1, True, 1, 3)
    assert len(lines("a\n" + "b" * LONGEST, 1, is_xml=False).part.shown) == 1
