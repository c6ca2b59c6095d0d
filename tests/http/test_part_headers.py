"""The parameters of a part's Content-Disposition; what the table expects is what an engine answered."""

from __future__ import annotations

import time
from base64 import b64encode
from dataclasses import astuple
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from procdef.http.part_headers import Disposition, disposition_of, parameters


@pytest.mark.parametrize(
    ("header", "file_name"),
    [
        ("form-data", None),
        ('form-data; filename="x.bpmn"', "x.bpmn"),
        ("form-data; filename=x.bpmn", "x.bpmn"),
        ('form-data; FileName="x.bpmn"', "x.bpmn"),
        ('form-data; filename=""', ""),
        ("form-data; filename", ""),
        ("form-data; filename=", ""),
        ('form-data; filename = "x.bpmn"', "x.bpmn"),
        ("form-data; filename= x.bpmn ", "x.bpmn"),
        ("form-data; filename=a b.bpmn", "a b.bpmn"),
        ('form-data; filename=" x "', "x"),
        ('form-data; filename="a;b.bpmn"', "a;b.bpmn"),
        ("form-data; filename='a;b.bpmn'", "'a"),
        ('form-data; filename="a\\"b;c.bpmn"', 'a\\"b;c.bpmn'),
        ('form-data; filename="C:\\\\dir\\\\x"', "C:\\\\dir\\\\x"),
        ('form-data; filename="C:\\dir\\x"', "C:\\dir\\x"),
        ('form-data; filename="a%20b"', "a%20b"),
        ('form-data; filename="a"b"c.bpmn"', 'a"b"c.bpmn'),
        ('form-data; filename="a.bpmn"junk', '"a.bpmn"junk'),
        ('form-data; filename="a.bpmn', '"a.bpmn'),
        ("form-data; filename=a=b.bpmn", "a=b.bpmn"),
        ('form-data; x="; filename=evil"', None),
        ('form-data; x="filename=evil"; filename="a"', "a"),
        ('form-data; name="filename"', None),
        ('form-data, filename="a"', None),
        ('form-data; filename="one"; filename="two"', "two"),
        ("form-data; filename*=UTF-8''one; filename=two", "two"),
        ("form-data; filename=one; filename*=UTF-8''two", "two"),
        ("form-data; filename*=UTF-8''%C3%A4.bpmn", "ä.bpmn"),
        ("form-data; filename*=\"UTF-8''%C3%A4;.bpmn\"", "ä;.bpmn"),
        ("form-data; filename* = UTF-8'en'a%20b", "a b"),
        ("form-data; filename*=UTF-8''a b", "a b"),
        ("form-data; filename*=iso-8859-1'en'%E4", "ä"),
        ("form-data; filename*=UTF-8''%FF", "\ufffd"),
        ("form-data; filename*=no-charset''%41", "no-charset''%41"),
        ("form-data; filename*=hex''4141", "hex''4141"),
        ("form-data; filename*=''%41x", "''%41x"),
        ("form-data; filename*=%41x", "%41x"),
        ('form-data; filename*="x\'y"', "x'y"),
        ("form-data; filename*=", ""),
        ('form-data; filename*0="a"; filename*1="b"', None),
        ("form-data; filename==?utf-8?B?w6QuYnBtbg==?=", "ä.bpmn"),
        ('form-data; filename="=?utf-8?B?w6QuYnBtbg==?="', "ä.bpmn"),
        ("form-data; filename==?UTF-8?q?=C3=A4_b.bpmn?=", "ä b.bpmn"),
        ("form-data; filename==?iso-8859-1?Q?=E4?=", "ä"),
        ("form-data; filename==?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
        ("form-data; filename==?utf-8?Q?a?= b", "a b"),
        ("form-data; filename=x =?utf-8?Q?a?=", "x a"),
        ("form-data; filename=x=?utf-8?Q?a?=", "x=?utf-8?Q?a?="),
        ("form-data; filename==?utf-8?Q?a?=b", "a"),
        ("form-data; filename==?no-charset?Q?a?=", "=?no-charset?Q?a?="),
        ("form-data; filename==?utf-8?X?a?=", "=?utf-8?X?a?="),
        ("form-data; filename==?utf-8?B?!!!!?=", "=?utf-8?B?!!!!?="),
        ("form-data; filename==?utf-8?Q?ä?=", "ä"),
    ],
)
def test_file_names(header: str, file_name: str | None) -> None:
    assert disposition_of(header).file_name == file_name


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ('form-data; name="a"', (True, "a", None)),
        ('Form-Data; name = "a" ; filename = "f"', (True, "a", "f")),
        ("FORM-DATA;name=a;filename=f;", (True, "a", "f")),
        ('form-data; ; =x; name="a"', (True, "a", None)),
        ("form-data; name*=UTF-8''tenant%2Did", (True, "tenant-id", None)),
        ("form-data; name==?utf-8?Q?tenant-id?=", (True, "tenant-id", None)),
        ('form-data; name="a"; name="b"', (True, "b", None)),
        ('form-data name="a"', (True, "", None)),
        ('attachment; name="a"; filename="f"', (False, "a", "f")),
        ("", (False, "", None)),
    ],
)
def test_names(header: str, found: tuple[bool, str, str | None]) -> None:
    assert astuple(disposition_of(header)) == found


PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"\\')).filter(lambda text: "=?" not in text)
ANY = st.text(st.characters(exclude_categories=["Cs"]))


@given(PLAIN, PLAIN)
def test_names_in_quotes_are_read_back(name: str, file_name: str) -> None:
    found = disposition_of(f'form-data; name="{name}"; filename="{file_name}"')
    assert astuple(found) == (True, name.strip(), file_name.strip())


@given(ANY, st.sampled_from(["", " "]), st.sampled_from(["", '"']))
def test_extended_and_encoded_names_are_read_back(file_name: str, blank: str, mark: str) -> None:
    extended = f"{mark}UTF-8''{quote(file_name, safe='')}{mark}"
    assert disposition_of(f"form-data; filename*{blank}={blank}{extended}").file_name == file_name.strip()
    encoded = f"{mark}=?utf-8?B?{b64encode(file_name.encode()).decode()}?={mark}"
    assert disposition_of(f"form-data; filename{blank}={blank}{encoded}").file_name == file_name.strip()


@given(st.text() | st.text(st.sampled_from("=?;\"\\ '*%Qqb8-filenameUTF")).map(lambda text: f"form-data; filename{text}"))
@example("form-data; filename=" + '"' * 3 + "\\")
def test_any_header_is_read(header: str) -> None:
    assert isinstance(disposition_of(header), Disposition)
    assert all(isinstance(value, str) for value in parameters(header).values())


@pytest.mark.parametrize("text", ['"', '\\"', '"\\', "=?", "=?utf-8?Q?", ";", "a=", " ", "'", "a=?b ", "%"])
def test_a_long_header_is_read_in_time(text: str) -> None:
    start = time.monotonic()
    for begin in ("form-data; filename=", "form-data; filename*=a'b'", ""):
        disposition_of(begin + text * 8_000)
    assert time.monotonic() - start < 1
