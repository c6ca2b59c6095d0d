"""Taking upload forms apart: file names, broken forms, limits."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from flask import Request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from procdef.errors import InvalidInput, TooLarge
from procdef.http.multipart import BadForm, BadPart, Part, read_parts
from procdef.settings import load
from tests.samples import form_of

LIMITS = load({"PROCDEF_MAX_PARTS": "5", "PROCDEF_MAX_FIELD": "100"})


def request_of(body: bytes, content_type: str) -> Request:
    return Request(EnvironBuilder(method="POST", data=body, content_type=content_type).get_environ())


def parts_of(body: bytes, content_type: str = "multipart/form-data; boundary=x") -> list[Part]:
    return read_parts(request_of(body, content_type), LIMITS)


def test_an_unknown_charset_does_not_break_the_form() -> None:
    body, content_type = form_of([("form-data; name=\"a\"; filename*=no-charset''x", b"1")])
    assert parts_of(body, content_type) == [Part("a", "no-charset''x", b"1")]


PARTS = st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.text("xyz./ä日", min_size=1), st.binary(max_size=50)), max_size=5)


@given(PARTS)
def test_forms_are_read_back(parts: list[tuple[str, str | None, bytes]]) -> None:
    written = [(f'form-data; name="{name}"' + ("" if file is None else f'; filename="{file}"'), data) for name, file, data in parts]
    if sum(len(data) for _, file, data in parts if file is None) <= LIMITS.max_field:
        assert parts_of(*form_of(written)) == [Part(*part) for part in parts]


@given(
    st.binary(max_size=300)
    | st.lists(st.sampled_from([b"--x", b"--", b"\r\n", b"\n", b"Content-Disposition: form-data; name=a", b"x"])).map(b"".join)
)
def test_any_body_is_read_or_refused(body: bytes) -> None:
    with suppress(BadForm, TooLarge):
        assert all(isinstance(part, Part) for part in parts_of(body))


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\u00fc",
        'multipart/form-data; boundary="' + "x" * 500 + '"',
    ],
)
def test_odd_boundaries(content_type: str) -> None:
    with suppress(BadForm):
        assert parts_of(b"--x--", content_type) == []


def test_limits() -> None:
    small = [('form-data; name="a"; filename="f"', b"")] * 5
    assert len(parts_of(*form_of(small))) == 5
    with pytest.raises(TooLarge, match="PROCDEF_MAX_PARTS"):
        parts_of(*form_of([*small, *small[:1]]))
    with pytest.raises(TooLarge, match="PROCDEF_MAX_FIELD"):
        parts_of(*form_of([('form-data; name="a"', b"x" * 60), ('form-data; name="b"', b"x" * 60)]))
    assert len(parts_of(*form_of([('form-data; name="a"; filename="f"', b"x" * 5000)]))) == 1


def test_what_is_not_form_data_is_left_out() -> None:
    body, content_type = form_of([('attachment; name="a"; filename="f"', b"1"), ('form-data; name="b"; filename="g"', b"2")])
    assert parts_of(body, content_type) == [Part("b", "g", b"2")]


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ('form-data; name="data"; filename="prüfung.bpmn"', "part 'data' is not UTF-8: form-data; .*pr\ufffdfung.bpmn"),
        ('form-data; name="dätä"; filename="a.bpmn"', "part 'd\ufffdt\ufffd' is not UTF-8"),
        ('form-data; name="data"; filename="' + "ä" * 2000 + '"', "part 'data' is not UTF-8"),
    ],
    ids=["file name", "name", "long"],
)
def test_a_header_that_is_not_utf_8_is_refused_by_the_name_of_its_part(header: str, says: str) -> None:
    body = b"--x\r\nContent-Disposition: " + header.encode("cp1252") + b"\r\n\r\n1\r\n--x--\r\n"
    with pytest.raises(BadPart, match=says) as refused:
        parts_of(body)
    assert len(str(refused.value)) < 500
    assert issubclass(BadPart, InvalidInput)


@pytest.mark.parametrize("body", [b"--x\r\n" * 50_000, b"\r\n" * 500_000, b"--x" * 200_000, b"--x\r\nA: " + b"b;" * 200_000])
def test_large_bodies_are_judged_in_time(body: bytes) -> None:
    start = time.monotonic()
    with suppress(BadForm, TooLarge):
        parts_of(body)
    assert time.monotonic() - start < 5
