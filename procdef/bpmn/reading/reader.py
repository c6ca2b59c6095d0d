"""Safe reading: from a client's bytes to a tree of `Node`s, or to a typed error.

A DTD is refused, so no entity is ever defined; nothing outside the bytes is read. The limits hold while reading, before a tree of the
whole file is in memory. That is why the validation against the schema, which needs libxml2's own tree, parses the file once more (a
thirtieth of the time of all steps).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from io import BytesIO
from xml.parsers import expat

from lxml import etree

from procdef.bpmn.reading.node import OPERATON, Node
from procdef.common.charsets import codec_of
from procdef.errors import TooLarge, UnreadableBpmn

# The rules of nested scopes call themselves a few times for each level; this stays far below the limit of Python's stack.
MAX_DEPTH = 150
DOCTYPE = 'DOCTYPE is disallowed when the feature "http://apache.org/xml/features/disallow-doctype-decl" set to true.'

PREFIX_FAULTS = frozenset(
    {"NS_ERR_ATTRIBUTE_REDEFINED", "NS_ERR_EMPTY", "NS_ERR_QNAME", "NS_ERR_UNDEFINED_NAMESPACE", "NS_ERR_XML_NAMESPACE"}
)
DECLARED = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
UTF_32_MARKS = (b"\xff\xfe\0\0", b"\0\0\xfe\xff")
# The messages of libxml2, as patterns, and those of the engine's parser for the same fault.
REASONS = (
    (r"Premature end of data in tag", "XML document structures must start and end within the same entity."),
    (r"Extra content at the end of the document", "The markup in the document following the root element must be well-formed."),
    (r"Entity '(.+?)' not defined", 'The entity "{0}" was referenced, but not declared.'),
    (r"Namespace prefix (\S+) on (\S+) is not defined", 'The prefix "{0}" for element "{0}:{1}" is not bound.'),
    (
        r"Namespace prefix (\S+) for (\S+) on (\S+) is not defined",
        'The prefix "{0}" for attribute "{0}:{1}" associated with an element type "{2}" is not bound.',
    ),
    (r"Unescaped '<' not allowed", "The value of an attribute must not contain the '<' character."),
    (r"Double hyphen within comment", 'The string "--" is not permitted within comments.'),
    (
        r"Sequence '\]\]>' not allowed in content",
        'The character sequence "]]>" must not appear in content unless used to mark the end of a CDATA section.',
    ),
)


Place = tuple[int, int]
"""Line and column, both counted from 1; NOWHERE where no parser says them."""
NOWHERE: Place = (0, 0)
BEGINNING: Place = (1, 1)


class _DoctypeError(Exception):
    """A signal from the callbacks to read(); it never leaves this module."""


class _Builder:
    """The callbacks of the XML parser."""

    def __init__(self, max_elements: int, engine: str) -> None:
        self.max_elements, self.engine, self.count = max_elements, engine, 0
        self.root: Node | None = None
        self.open: list[Node] = []
        self.texts: list[list[str]] = []
        self.namespaces: dict[str, str] = {}

    def doctype(self, _name: str | None, _public: str | None, _system: str | None) -> None:
        raise _DoctypeError

    def start_ns(self, prefix: str, uri: str) -> None:
        self.namespaces[prefix] = uri

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self.count >= self.max_elements:
            raise TooLarge(f"The BPMN file has more than {self.max_elements} XML elements.")
        if len(self.open) >= MAX_DEPTH:
            raise TooLarge(f"The BPMN file nests its elements more than {MAX_DEPTH} levels deep.")
        parent = self.open[-1] if self.open else None
        node = Node(name, dict(attributes), self._scope(parent), parent, self.count, self.engine)
        self.root = self.root or node
        self.count += 1
        self.open.append(node)
        self.texts.append([])

    def _scope(self, parent: Node | None) -> Mapping[str, str]:
        outer = parent.namespaces if parent is not None else {}
        declared, self.namespaces = self.namespaces, {}
        return {**outer, **declared} if declared else outer

    def data(self, text: str) -> None:
        self.texts[-1].append(text)

    def end(self, _name: str) -> None:
        self.open.pop().text = "".join(self.texts.pop())

    def end_ns(self, prefix: str) -> None:
        """Nothing: each element has the prefixes in its scope."""

    def comment(self, text: str) -> None:
        """Nothing: a comment does not even separate the text around it."""

    def pi(self, target: str, data: str) -> None:
        """Nothing, as for a comment."""

    def close(self) -> None:
        """Nothing: the tree is taken from `root`."""


def read(resource: str, data: bytes, max_elements: int, engine: str = OPERATON) -> Node:
    """The root element of a file, whose extensions are looked up in the namespaces of this engine.

    Raises UnreadableBpmn for bytes that are not well-formed XML or have a DOCTYPE, with the place of the fault, and TooLarge beyond the
    limits.
    """
    _check_encoding(resource, data)
    builder = _Builder(max_elements, engine)
    # "internal" is for XML's own entities: without it libxml2 leaves `&amp;` in attributes undecoded
    parser = etree.XMLParser(target=builder, resolve_entities="internal", no_network=True, load_dtd=False, huge_tree=False)
    try:
        etree.fromstring(data, parser)
    except _DoctypeError:
        raise _unreadable(resource, DOCTYPE, _doctype_place(data)) from None
    except (etree.XMLSyntaxError, ValueError, LookupError, AssertionError) as problem:
        raise _unreadable(resource, _reason(data, problem, builder), _fault_place(parser.error_log)) from None
    if any(entry.type_name == "WAR_NS_URI" for entry in parser.error_log):
        _check_again(resource, data)
    # libxml2 goes on after a fault in the use of prefixes, which is as fatal for the engine as any other
    faults = [entry for entry in parser.error_log if entry.type_name in PREFIX_FAULTS]
    if faults:
        raise _unreadable(resource, _as_the_engine_says(faults[0].message), (faults[0].line, faults[0].column))
    if builder.root is None:
        raise _unreadable(resource, "Premature end of file.", BEGINNING)
    return builder.root


def _check_again(resource: str, data: bytes) -> None:
    """Look for faults with another parser: libxml2 reports no more of them after a namespace that is not a URI, which is allowed."""
    parser = _expat(data)
    try:
        parser.ParseFile(BytesIO(_for_expat(data)))
    except (expat.ExpatError, ValueError, LookupError) as problem:
        raise _unreadable(resource, str(problem), (parser.ErrorLineNumber, parser.ErrorColumnNumber + 1)) from None


def _expat(data: bytes) -> expat.XMLParserType:
    """A parser for what `_for_expat` makes of a file. It knows few encodings itself, and has Python's codecs decode the others."""
    return expat.ParserCreate("utf-8" if _codec_of(data) else None)


def _for_expat(data: bytes) -> bytes:
    codec = _codec_of(data)
    return data.decode(codec, "replace").encode() if codec else data


def _fault_place(log: Iterable[etree._LogEntry]) -> Place:
    """Where libxml2 met the fault that made it stop, by its log. A namespace that is no URI, which it logs too, does not stop it."""
    return next(((entry.line, entry.column) for entry in log if entry.level == etree.ErrorLevels.FATAL), NOWHERE)


def _doctype_place(data: bytes) -> Place:
    """The place of a file's DOCTYPE, which libxml2 does not tell to callbacks."""
    parser = _expat(data)
    parser.StartDoctypeDeclHandler = _stop
    with suppress(_DoctypeError, expat.ExpatError, ValueError, LookupError):
        parser.ParseFile(BytesIO(_for_expat(data)))
    return parser.CurrentLineNumber, parser.CurrentColumnNumber + 1


def _stop(*_: object) -> None:
    raise _DoctypeError


def _check_encoding(resource: str, data: bytes) -> None:
    """Refuse encodings that libxml2 knows and the engine does not: other programs would read other text."""
    codec = _codec_of(data)
    if codec == "":
        raise _unreadable(resource, _declared(data), BEGINNING)
    if data.startswith(UTF_32_MARKS) or (codec and codec.startswith("utf_32")):
        raise _unreadable(resource, "Content is not allowed in prolog.", BEGINNING)


def _codec_of(data: bytes) -> str | None:
    """The codec of the encoding that a file declares: None where it declares none, an empty string for an unknown encoding."""
    name = _declared(data)
    return (codec_of(name) or "") if name else None


def _declared(data: bytes) -> str:
    found = DECLARED.match(data)
    return found[1].decode("ascii") if found else ""


def _reason(data: bytes, problem: Exception, builder: _Builder) -> str:
    if not data.strip(b" \t\r\n"):
        return "Premature end of file."
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe", b"\xfe\xff", b"\0")):
        return "Content is not allowed in prolog."
    message = problem.msg if isinstance(problem, SyntaxError) else str(problem)
    if "tag mismatch" in message and builder.open:
        name = builder.open[-1].name_in_file
        return f'The element type "{name}" must be terminated by the matching end-tag "</{name}>".'
    return _as_the_engine_says(message)


def _as_the_engine_says(message: str) -> str:
    """A message of libxml2 in the wording of the engine's parser, where that is known."""
    for pattern, text in REASONS:
        match = re.search(pattern, message)
        if match is not None:
            return text.format(*match.groups())
    once = re.sub(r" line \d+(?=, line \d+, column)", "", message)  # libxml2 names the line, and lxml adds it again
    return " ".join(once.split())


def _unreadable(resource: str, reason: str, place: Place) -> UnreadableBpmn:
    """The error as the engine words it; what is read without a name is named by those who read it."""
    named = f"'{resource}'" if resource else "the file"
    return UnreadableBpmn(resource, f"ENGINE-09003 Could not parse {named}. {reason}", *place)
