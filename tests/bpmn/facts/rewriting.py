"""The same file written in another way: other prefixes, another engine's namespace, other spaces, comments, another order of elements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st
from lxml import etree

from procdef.bpmn.reading.node import CAMUNDA, NAMESPACES, OPERATON, XSI

CAMUNDA_URI = NAMESPACES[CAMUNDA][0]
PREFIXES = ("a", "bpmn", "bpmn2", "camunda", "xsi", "semantic", "c-8", "ä", "x", "y")
BETWEEN = ("", "\n", "\r\n\t", "  <!-- a > b --> ", "<?pi x?>")


@dataclass(frozen=True)
class Style:
    """How a file is written: the prefix of each namespace in turn, the engine's namespace, what is between elements, and whether text is
    CDATA, and whether the elements of a process are in the other order.
    """

    prefixes: tuple[str, ...]
    engine: str
    between: str
    is_cdata: bool
    is_reversed: bool = False


def styles() -> st.SearchStrategy[Style]:
    return st.builds(
        Style,
        st.permutations(PREFIXES).map(tuple),
        st.sampled_from(NAMESPACES[OPERATON]),
        st.sampled_from(BETWEEN),
        st.booleans(),
    )


def rewritten(data: bytes, style: Style) -> bytes:
    root = etree.fromstring(data, etree.XMLParser(remove_comments=True, remove_pis=True, strip_cdata=True))
    uris = sorted({name.rpartition("}")[0].removeprefix("{") for node in root.iter() for name in (str(node.tag), *map(str, node.attrib))})
    prefixes = dict(zip([*(uri for uri in uris if uri and uri != XSI), XSI], style.prefixes, strict=False))
    declared = " ".join(f"xmlns:{prefix}={quoteattr(_uri(uri, style))}" for uri, prefix in prefixes.items())
    text = _written(root, prefixes, style)
    return text.replace(" ", f" {declared} ", 1).encode()


def _uri(uri: str, style: Style) -> str:
    return style.engine if uri == CAMUNDA_URI else uri


def _written(node: etree._Element, prefixes: Mapping[str, str], style: Style) -> str:
    name = _name(str(node.tag), prefixes)
    attributes = "".join(f" {_name(str(key), prefixes)}={quoteattr(_value(value, prefixes))}" for key, value in sorted(node.attrib.items()))
    return f"<{name} {attributes}>{_content(node, prefixes, style)}</{name}>"


def _content(node: etree._Element, prefixes: Mapping[str, str], style: Style) -> str:
    children = list(node)
    if style.is_reversed and str(node.tag).endswith(("}process", "}subProcess")):
        children.reverse()
    inner = style.between.join(["", *(_written(child, prefixes, style) for child in children), ""]) if children else ""
    return _text(node.text or "", style) + inner


def _text(text: str, style: Style) -> str:
    return f"{text[:1]}<![CDATA[{text[1:]}]]>" if style.is_cdata and text.strip() and text[:1] not in "<&" else escape(text)


def _name(name: str, prefixes: Mapping[str, str]) -> str:
    uri, _brace, local = name.rpartition("}")
    return f"{prefixes[uri.removeprefix('{')]}:{local}" if uri else local


def _value(value: str, prefixes: Mapping[str, str]) -> str:
    return value.replace("xsi:", f"{prefixes[XSI]}:", 1) if value.startswith("xsi:") else value
