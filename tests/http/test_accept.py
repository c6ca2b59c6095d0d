"""Which Accept headers allow a media type, and with which parameters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.http.accept import content_type

JSON = "application/json"


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", JSON),
        (" ", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("APPLICATION/JSON", JSON),
        ("text/html, */*;q=0.1", JSON),
        ("application/json;q=0", JSON),
        ("text/html", None),
        ("text/*", None),
        ("application/hal+json", None),
        ("application/jsonp", None),
        ("junk", None),
        (",", None),
        (";", None),
        ("application/json;charset=utf-8", f"{JSON};charset=utf-8"),
        ("application/json ; Charset=UTF-8", f"{JSON};charset=UTF-8"),
        ('application/json;charset="utf-8"', f"{JSON};charset=utf-8"),
        ("application/json;charset=utf-8;b=2;a=1", f"{JSON};b=2;a=1;charset=utf-8"),
        ("application/json;q=0.5;charset=utf-8", f"{JSON};charset=utf-8"),
        ("*/*;charset=utf-8", JSON),
        ("application/json, application/json;charset=utf-8", JSON),
        ("application/json;q=0.1, application/json;charset=utf-8", f"{JSON};charset=utf-8"),
        ("*/*, application/json;charset=utf-8", f"{JSON};charset=utf-8"),
        ("*/*, application/json;charset=utf-8;q=0.5", JSON),
        ("application/json;charset", JSON),
        ("application/json;charset=a b", JSON),
        ('application/json;charset="utf-8', JSON),
        ("application/json;q=x;charset=utf-8", f"{JSON};charset=utf-8"),
        ("application/json;charset=\u00fc", JSON),
    ],
)
def test_headers(header: str, wanted: str | None) -> None:
    assert content_type(header, JSON) == wanted


@given(st.text() | st.text(st.sampled_from('application/json;charset=utf-8,*q."\t\n ')))
def test_any_header_gives_a_content_type_or_none(header: str) -> None:
    found = content_type(header, JSON)
    assert found is None or (found.startswith(JSON) and found.isascii() and found.isprintable())
