"""The header that names a file: whatever the name is, it can be sent, and the name comes back whole."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.http.disposition import LATIN_1, attachment
from procdef.http.middleware import check_headers

NAMES = [
    ("x.bpmn", "attachment; filename=\"x.bpmn\"; filename*=UTF-8''x.bpmn"),
    ("Prüfung.json", "attachment; filename=\"Pr?fung.json\"; filename*=UTF-8''Pr%C3%BCfung.json"),
    ("Zgłoszenie.json", "attachment; filename=\"Zg?oszenie.json\"; filename*=UTF-8''Zg%C5%82oszenie.json"),
    ("审批.json", "attachment; filename=\"??.json\"; filename*=UTF-8''%E5%AE%A1%E6%89%B9.json"),
    ("\U0001f600", "attachment; filename=\"?\"; filename*=UTF-8''%F0%9F%98%80"),
    ('a"b', 'attachment; filename="a\\"b"; filename*=UTF-8\'\'a%22b'),
    ("a\r\nX: y", "attachment; filename=\"a  X: y\"; filename*=UTF-8''a%0D%0AX%3A%20y"),
    ("\ud800", "attachment; filename=\"?\"; filename*=UTF-8''%3F"),
]


@pytest.mark.parametrize(("name", "header"), NAMES)
def test_a_name(name: str, header: str) -> None:
    assert attachment(name) == header


def test_a_name_with_latin_1_in_its_plain_form() -> None:
    assert attachment("Prüfung–", LATIN_1) == "attachment; filename=\"Prüfung?\"; filename*=UTF-8''Pr%C3%BCfung%E2%80%93"


@given(name=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=255), charset=st.sampled_from(["ascii", LATIN_1]))
def test_any_name_can_be_sent_and_comes_back(name: str, charset: str) -> None:
    header = attachment(name, charset)
    check_headers([("Content-Disposition", header)])
    assert unquote(header.rpartition("filename*=UTF-8''")[2]) == name
