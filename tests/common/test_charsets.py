"""No name of a charset from a client reaches Python's codecs unless it is in the table, and no text has halves of surrogate pairs."""

from __future__ import annotations

import codecs
import encodings
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from procdef.bpmn.reading.encoding import bytes_of, text_of
from procdef.bpmn.reading.positions import Positions
from procdef.bpmn.reading.reader import read
from procdef.common.charsets import CODECS, LONGEST, codec_of
from procdef.errors import InvalidInput, UnreadableBpmn
from procdef.http.part_headers import disposition_of
from procdef.store.models import Deployment
from procdef.store.texts import HALF, check_text
from tests.api import Api
from tests.samples import bpmn, form_of

KEPT: dict[str, object] = encodings._cache
UNKNOWN = ["utf-7", "unicode_escape", "raw_unicode_escape", "utf_8", "latin-1", "hex", "idna", "punycode", "undefined", "rot13", "os.path"]


@pytest.mark.parametrize("name", CODECS)
def test_every_charset_is_one_of_texts_without_halves_of_pairs(name: str) -> None:
    codec = codec_of(name.upper()) or ""
    for some in (
        bytes(range(256)),
        b"\xd8\0\xdc\0\0\xd8",
        b"+2AA-\\ud800",
        b"\xed\xa0\x80",
        b"\x83\x36\xc7\x38\x83\x36\xcf\x30",
        b"\x1b$B\x21",
    ):
        assert not HALF.search(some.decode(codec, "replace"))


@pytest.mark.parametrize("name", [*UNKNOWN, "", "\0", "ut\0f-8", "utf-8\0", " utf-8", "utf-8 ", "utf-8" * 1000, "q" * (LONGEST + 1)])
def test_other_names_are_unknown_and_leave_the_value_as_it_is(name: str) -> None:
    assert codec_of(name) is None
    assert disposition_of(f"form-data; filename*=\"{name}''%41x\"").file_name == f"{name}''%41x".strip()
    if name:
        assert disposition_of(f'form-data; filename="=?{name}?q?=41x?="').file_name == f"=?{name}?q?=41x?="


NAMES = st.sampled_from([*CODECS, *UNKNOWN]) | st.text("abcdefghijklmnopqrstuvwxyz0123456789-_.\0", max_size=60)
DATA = st.binary(max_size=40) | st.sampled_from([b"+2AA-x", b"\\ud800x", b"\xd8\0x", b"\xed\xa0\x80", b"=41"])


@pytest.fixture(scope="module")
def _known_codecs() -> None:
    """Python keeps each codec that it has looked up: the known ones are looked up first, by every reader."""
    for name, codec in CODECS.items():
        codecs.lookup(codec)  # decoding no bytes looks nothing up
        read_everywhere(name, b"")


@pytest.mark.usefixtures("_known_codecs")
@given(NAMES, DATA)
def test_what_has_a_name_and_bytes_is_read_without_keeping_the_name(name: str, data: bytes) -> None:
    before = len(KEPT)
    read_everywhere(name, data)
    assert len(KEPT) == before


def read_everywhere(name: str, data: bytes) -> None:
    """Have every reader read bytes in a charset of this name."""
    text = disposition_of(f"form-data; filename*={name}''{quote(data)}; name==?{name}?q?{quote(data).replace('%', '=')}?=")
    assert not HALF.search(f"{text.name}{text.file_name}")
    head = f'<?xml version="1.0" encoding="{name}"?>'
    assert not HALF.search(text_of(head.encode() + b"<a>\xff" + data + b"</a>"))
    bytes_of(f"{head}<a>\u65e5</a>")
    Positions(head.encode() + data)
    for attribute in ("", ' xmlns:x="::no uri::"'):
        with suppress(UnreadableBpmn):
            read("x", f"{head}<a{attribute}>".encode() + data + b"</a>", 10)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(NAMES, DATA)
@example("utf-7", b"+2AA-x.txt")
@example("unicode_escape", b"\\ud800x.txt")
@example("raw_unicode_escape", b"\\ud800x.txt")
def test_no_name_of_a_charset_fails_the_server(api: Api, name: str, data: bytes) -> None:
    quoted, word = quote(data), f"=?{name}?q?{quote(data).replace('%', '=')}?="
    for head in (f"name=a; filename*={name}''{quoted}", f'name=a; filename="{word}"', f"name*={name}''{quoted}", f'name="{word}"'):
        answer = api.send(
            "POST", "/deployment/create", **_sent([(f"form-data; {head}", b"x"), ('form-data; name="deployment-name"', b"n")])
        )
        assert answer.status_code in (200, 400)
    answer = api.upload([("x.bpmn", f'<?xml version="1.0" encoding="{name}"?>'.encode() + bpmn("charset") + data)])
    assert answer.status_code in (200, 400)


def _sent(parts: list[tuple[str, bytes]]) -> dict[str, object]:
    body, content_type = form_of(parts)
    return {"data": body, "content_type": content_type}


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
def test_halves_of_pairs_are_not_kept(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"^The name has one half of a surrogate pair\.$"):
        check_text("name", text, Deployment.name)


def test_halves_of_pairs_in_a_form_are_refused_and_whole_pairs_are_kept(api: Api) -> None:
    answer = api.upload([("x.form", b"{'id':'\\ud800'}")], {"deployment-name": "n"})
    assert (answer.status_code, answer.get_json()["message"]) == (400, "The form's id has one half of a surrogate pair.")
    assert api.upload([("x.form", b"{'id':'\\ud83d\\ude80'}")], {"deployment-name": "n"}).status_code == 200


def test_an_instruction_at_the_beginning_declares_no_encoding() -> None:
    assert read("x", b'<?xml-stylesheet encoding="nothing"?><a/>', 10).name_in_file == "a"


@pytest.mark.parametrize("encoding", ["Shift_JIS", "windows-1251", "utf-8", "latin1", "GB18030"])
def test_a_file_with_a_namespace_that_is_no_uri_is_read_in_each_encoding(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><a xmlns:x="::no uri::" b="{"я" if encoding != "latin1" else "ä"}"/>'
    assert read("x", bytes_of(text), 10).name_in_file == "a"
