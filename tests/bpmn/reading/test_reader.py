"""Reading bytes safely."""

from __future__ import annotations

import pytest

from procdef.bpmn.reading.node import Node
from procdef.bpmn.reading.reader import MAX_DEPTH, read
from procdef.errors import TooLarge, UnreadableBpmn

DOCTYPE = 'DOCTYPE is disallowed when the feature "http://apache.org/xml/features/disallow-doctype-decl" set to true.'
ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
TEXT = "Prüfung → 名前 😀"


def root(data: bytes, max_elements: int = 1000) -> Node:
    return read("a.bpmn", data, max_elements)


REFUSED = {
    "nothing": (b"", "Premature end of file."),
    "blanks": (b" \n\t", "Premature end of file."),
    "no XML": (b"hello", "Content is not allowed in prolog."),
    "JSON": (b'{"a":1}', "Content is not allowed in prolog."),
    "text before the declaration": (b'x<?xml version="1.0"?><a/>', "Content is not allowed in prolog."),
    "unclosed": (b"<a>", "XML document structures must start and end within the same entity."),
    "wrong end tag": (b"<b:a xmlns:b='u'></b>", 'The element type "b:a" must be terminated by the matching end-tag "</b:a>".'),
    "a tag without end": (b"<a>\n <b", "Couldn't find end of Start Tag b, line 2, column 4"),
    "two roots": (b"<a/><b/>", "The markup in the document following the root element must be well-formed."),
    "unknown entity": (b"<a>&nbsp;</a>", 'The entity "nbsp" was referenced, but not declared.'),
    "unbound prefix of an element": (b"<x:a/>", 'The prefix "x" for element "x:a" is not bound.'),
    "unbound prefix of an attribute": (
        b'<a x:b="1"/>',
        'The prefix "x" for attribute "x:b" associated with an element type "a" is not bound.',
    ),
    "doctype": (b"<!DOCTYPE a><a/>", DOCTYPE),
    "doctype in UTF-16": ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"), DOCTYPE),
    "external entity": (b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', DOCTYPE),
    "external subset": (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><a/>', DOCTYPE),
    "a billion laughs": (f'<!DOCTYPE a [<!ENTITY a0 "lol">{ENTITIES}]><a b="&a9;">&a9;</a>'.encode(), DOCTYPE),
    "encoding that nobody knows": (b'<?xml version="1.0" encoding="x-nope"?><a/>', None),
    "UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?><a/>', "UTF-7"),
    "UTF-32 in name only": (b'<?xml version="1.0" encoding="UTF-32"?><a/>', "Content is not allowed in prolog."),
    "unknown encoding": (b'<?xml version="1.0" encoding="macintosh"?><a/>', "macintosh"),
    "UTF-32": ('<?xml version="1.0" encoding="UTF-32"?><a/>'.encode("utf-32"), "Content is not allowed in prolog."),
    "NUL": (b"<a>\0</a>", None),
    "NULs at the end": (b"<a/>\0\0", None),
    "half a character": (b"<a>\xc3</a>", None),
    "surrogate": (b"<a>\xed\xa0\x80</a>", None),
    "reference to a surrogate": (b"<a>&#xd800;</a>", None),
    "attribute twice": (b'<a b="1" b="2"/>', None),
    "two roots behind a namespace that is no URI": (b'<a xmlns:x="a b"/><b/>', None),
    "wrong end tag behind a namespace that is no URI": (b'<a xmlns:x="a b"><b></a>', None),
    "XML 9.9": (b'<?xml version="9.9"?><a/>', None),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    data, reason = REFUSED[name]
    with pytest.raises(UnreadableBpmn) as raised:
        root(data)
    assert str(raised.value).startswith(f"ENGINE-09003 Could not parse 'a.bpmn'. {reason or ''}")
    assert raised.value.resource == "a.bpmn"
    assert raised.value.line > 0 < raised.value.column
    assert "<string>" not in str(raised.value)


PLACES = {
    "at the end": (b"<a>", (1, 4)),
    "letters are counted, not bytes": ("<a>\n üüü<b></a>".encode(), (2, 12)),
    "blanks": (b" \n\t", (2, 2)),
    "a prefix": (b"<a>\n<x:b/></a>", (2, 5)),
    "a prefix of an attribute": (b'<a>\n\n<b x:c="1"/></a>', (3, 11)),
    "a DOCTYPE": (b"<?xml version='1.0'?>\n<!-- <!DOCTYPE x> -->\n<!DOCTYPE a><a/>", (3, 12)),
    "a DOCTYPE in UTF-16": ('<?xml version="1.0" encoding="UTF-16"?>\n<!DOCTYPE a><a/>'.encode("utf-16"), (2, 12)),
    "a billion laughs": (f'<!DOCTYPE a [<!ENTITY a0 "lol">{ENTITIES}]><a b="&a9;">&a9;</a>'.encode(), (1, 13)),
    "behind a namespace that is no URI": (b"<a>\n<b xmlns:x='a b'>\n<c></a>", (3, 8)),
    "behind such a namespace at the end": (b'<a xmlns:x="a b"/>\n<b/>', (2, 1)),
    "an encoding that nobody knows": (b'<?xml version="1.0" encoding="x-nope"?><a/>', (1, 1)),
    "UTF-32": ('<?xml version="1.0" encoding="UTF-32"?><a/>'.encode("utf-32"), (1, 1)),
}


@pytest.mark.parametrize("name", PLACES)
def test_the_place_of_a_fault(name: str) -> None:
    data, place = PLACES[name]
    with pytest.raises(UnreadableBpmn) as raised:
        root(data)
    assert (raised.value.line, raised.value.column) == place


READ = {
    "UTF-8": f'<a b="{TEXT}">{TEXT}</a>'.encode(),
    "UTF-8 with a mark": b"\xef\xbb\xbf" + f'<a b="{TEXT}">{TEXT}</a>'.encode(),
    "UTF-16": f'<?xml version="1.0" encoding="UTF-16"?><a b="{TEXT}">{TEXT}</a>'.encode("utf-16"),
    "UTF-16 from the other end": b"\xfe\xff" + f'<?xml version="1.0" encoding="UTF-16"?><a b="{TEXT}">{TEXT}</a>'.encode("utf-16-be"),
}


@pytest.mark.parametrize("name", READ)
def test_encodings(name: str) -> None:
    node = root(READ[name])
    assert (node.get("b"), node.text) == (TEXT, TEXT)


def test_latin_1() -> None:
    assert root('<?xml version="1.0" encoding="ISO-8859-1"?><a>ü</a>'.encode("latin-1")).text == "ü"


def test_the_entities_of_xml_are_decoded() -> None:
    node = root(b'<a b="&amp;&lt;&gt;&quot;&apos;&#38;&#x1F600;">&amp;&#60;<![CDATA[<&]]></a>')
    assert (node.get("b"), node.text) == ("&<>\"'&😀", "&<<&")


def test_text_is_the_elements_own() -> None:
    node = root(b"<a> x<!-- c -->y<b>inner</b><?pi z?>z </a>")
    assert (node.text, node.children[0].text) == (" xyz ", "inner")


def test_odd_namespaces_are_no_fault() -> None:
    assert root(b'<a xmlns:x="a b" xmlns:y="%zz" xmlns:z="rel"/>').namespaces == {"x": "a b", "y": "%zz", "z": "rel"}


def test_elements_are_counted_in_document_order() -> None:
    node = root(b"<a><b><c/></b><d/></a>")
    assert [(found.tag, found.order) for found in node.descendants()] == [("a", 0), ("b", 1), ("c", 2), ("d", 3)]


def test_too_many_elements() -> None:
    assert root(b"<a>" + b"<b/>" * 9 + b"</a>", 10)
    with pytest.raises(TooLarge, match="more than 10 XML elements"):
        root(b"<a>" + b"<b/>" * 10 + b"</a>", 10)


def test_too_deep() -> None:
    assert root(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH)
    with pytest.raises(TooLarge, match=f"more than {MAX_DEPTH} levels"):
        root(b"<a>" * (MAX_DEPTH + 1))
