"""How names and texts of a file are spelt in facts: without the prefixes and the spaces of the file, and never too long."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from textwrap import dedent

from procdef.bpmn.facts.part_table import CAMUNDA
from procdef.bpmn.reading.node import BPMN, NAMESPACES, OPERATON, Node

FOX = "http://www.camunda.com/fox"
"""The namespace of the engine's own ancestor, in which retries are still written."""
ENGINES = (*NAMESPACES[OPERATON], FOX)
MAX_LENGTH = 255
BLANKS = " \t\r\n"


@lru_cache(4096)
def spelt(name: str) -> tuple[int, str]:
    """The name of an attribute as the tables spell it, and the rank of its namespace among those of the engines."""
    uri, brace, local = name.rpartition("}")
    return spelt_in(uri.removeprefix("{"), local) if brace else (0, name)


@lru_cache(4096)
def spelt_in(uri: str, local: str) -> tuple[int, str]:
    """The name of what is in a namespace, with its rank: `camunda:x` for each engine's, `{uri}x` for a namespace of others."""
    if uri in ENGINES:
        return ENGINES.index(uri), f"{CAMUNDA}:{local}"
    return 0, local if uri in ("", BPMN) else f"{{{uri[:MAX_LENGTH]}}}{local}"


def tag_of(node: Node) -> str:
    """The name of an element as the tables spell it."""
    return spelt_in(node.uri, node.tag)[1]


def resolved(node: Node, root: Node, name: str) -> str:
    """A qualified name: the local part in the file's own namespace, `{uri}local` in another one, unchanged with an unknown prefix."""
    prefix, colon, local = name.strip(BLANKS).partition(":")
    uri = node.namespaces.get(prefix) if colon else None
    if not colon or uri in (root.get("targetNamespace"), BPMN):
        return local if colon else prefix
    return name.strip(BLANKS) if uri is None else f"{{{uri[:MAX_LENGTH]}}}{local}"


def trimmed(text: str) -> str:
    """A text without blanks at both ends, and without the indentation that all its lines share."""
    first = len(text) - len(text.lstrip(BLANKS))
    body = text[text.rfind("\n", 0, first) + 1 :]
    return (dedent(body) if "\n" in body else body).strip(BLANKS)


def shortened(text: str) -> str:
    """A text that may be repeated often: a very long one ends with its digest, so that two of them still differ.

    It gets no blank, because an id with a blank is one that procdef made.
    """
    if len(text) <= MAX_LENGTH:
        return text
    return f"{text[:MAX_LENGTH]}…{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
