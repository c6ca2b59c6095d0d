"""Safe reading: from the bytes that a client sent to a tree of `Node`s, or to a typed error.

No DTD is accepted, so no entity is ever defined; nothing outside the bytes is read. Limits hold while reading, before a tree
of the whole file is in memory.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from procdef.bpmn.node import Node
from procdef.errors import TooLarge, UnreadableBpmn

# Rules that look into nested scopes call themselves a few times per level, which must stay far from the limit of Python's stack.
MAX_DEPTH = 150
DOCTYPE = 'DOCTYPE is disallowed when the feature "http://apache.org/xml/features/disallow-doctype-decl" set to true.'

PREFIX_FAULTS = frozenset(
    {"NS_ERR_ATTRIBUTE_REDEFINED", "NS_ERR_EMPTY", "NS_ERR_QNAME", "NS_ERR_UNDEFINED_NAMESPACE", "NS_ERR_XML_NAMESPACE"}
)


class _DoctypeError(Exception):
    """A signal between the callbacks and read(), never seen outside."""


class _Builder:
    """The callbacks of the XML parser."""

    def __init__(self, max_elements: int) -> None:
        self.max_elements, self.count = max_elements, 0
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
        node = Node(name, dict(attributes), self._scope(parent), parent, self.count)
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
        """Nothing: an element knows the prefixes that it sees."""

    def comment(self, text: str) -> None:
        """Nothing: a comment does not even part the text around it."""

    def pi(self, target: str, data: str) -> None:
        """Nothing, as for a comment."""

    def close(self) -> None:
        """Nothing: the tree is taken from `root`."""


def read(resource: str, data: bytes, max_elements: int) -> Node:
    """The root element of a file.

    Raises UnreadableBpmn for bytes that are no well-formed XML or have a DOCTYPE, TooLarge beyond the limits.
    """
    builder = _Builder(max_elements)
    # "internal" is for XML's own entities: without it libxml2 hands on `&amp;` in attributes undecoded
    parser = etree.XMLParser(target=builder, resolve_entities="internal", no_network=True, load_dtd=False, huge_tree=False)
    try:
        etree.fromstring(data, parser)
    except _DoctypeError:
        raise _unreadable(resource, DOCTYPE) from None
    except (etree.XMLSyntaxError, ValueError, LookupError, AssertionError) as problem:
        raise _unreadable(resource, _reason(data, problem)) from None
    # libxml2 goes on after a fault in the use of prefixes, which is as fatal to the engine as any other
    faults = [entry for entry in parser.error_log if entry.type_name in PREFIX_FAULTS]
    if builder.root is None or faults:
        raise _unreadable(resource, faults[0].message if faults else "Premature end of file.")
    return builder.root


def _reason(data: bytes, problem: Exception) -> str:
    if not data.strip(b" \t\r\n"):
        return "Premature end of file."
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe", b"\xfe\xff", b"\0")):
        return "Content is not allowed in prolog."
    return problem.msg if isinstance(problem, SyntaxError) else str(problem)


def _unreadable(resource: str, reason: str) -> UnreadableBpmn:
    return UnreadableBpmn(resource, f"ENGINE-09003 Could not parse '{resource}'. {reason}")
