"""The pictures of definitions: each is made when it is first asked for, and then kept in a table of its own.

A picture is made outside every transaction, and no response depends on whether it is kept. So keeping it does not change the revision, does
not wait for other writers, and may fail.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Mapping
from threading import Lock
from typing import Any, NamedTuple

from peewee import JOIN, IntegrityError, ModelInsert, ModelSelect

from procdef.errors import NoPicture, NoPictureHere, TooLarge, Unavailable, UnreadableBpmn
from procdef.picture import picture
from procdef.picture.version import drawing_version
from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.store import statements
from procdef.store.models import Definition, Picture, Resource
from procdef.store.reader import Reader
from procdef.store.registry.lookups import CONDITIONS, DefinitionRef, equals, named
from procdef.store.store import Store

logger = logging.getLogger(__name__)
TURNS = tuple(Lock() for _ in range(64))
"""One thread at a time makes the picture of a definition: many clients ask for a new one at once, and a large one takes a second."""
KEPT = (Picture.definition_id, Picture.plane, Picture.drawing, Picture.file_rev, Picture.is_reason, Picture.content)


class Drawn(NamedTuple):
    """The result of drawing: the SVG, or the error with the reason for none; neither if the definition was deleted meanwhile."""

    svg: str | None
    reason: NoPicture | None = None


def picture_of(reader: Reader, store: Store, reference: DefinitionRef, plane: str | None = None) -> str | None:
    """The SVG of a definition, as `picture` makes it; None without such a definition.

    `reader` reads for the caller; the picture is kept in the `store`. Raises NoPicture with the reason, NoPictureHere for an unknown plane.
    """
    shown = {"plane": plane or "", "drawing": drawing_version()}
    found = reader.read(_kept_query, reference.kind, values={**reference.values, **shown})
    if not found:
        return None
    definition_id, content, is_reason = found[0]
    if content is not None:
        return _result(_drawn_before(bytes(content), is_reason=bool(is_reason)))
    with TURNS[hash(definition_id) % len(TURNS)]:
        return _result(_made(reader, store, definition_id, shown))


def _made(reader: Reader, store: Store, definition_id: str, shown: Mapping[str, str]) -> Drawn:
    """The picture, made now and kept, unless another thread did that meanwhile."""
    meanwhile = reader.read(_kept_query, "id", values={"id": definition_id, **shown})
    if meanwhile and meanwhile[0][1] is not None:
        return _drawn_before(bytes(meanwhile[0][1]), is_reason=bool(meanwhile[0][2]))
    files = reader.read(_file_query, values={"id": definition_id})
    if not files:
        return Drawn(None)
    key, rev, data = files[0]
    drawn = _drawn(bytes(data or b""), key, shown["plane"] or None)
    if rev is not None and _is_to_be_kept(drawn, shown["plane"]):
        _keep(store, drawn, {**shown, "definition": definition_id, "rev": rev})
    return drawn


def _result(drawn: Drawn) -> str | None:
    if drawn.reason is not None:
        raise drawn.reason
    return drawn.svg


def _drawn_before(content: bytes, *, is_reason: bool) -> Drawn:
    text = zlib.decompress(content).decode()
    return Drawn(None, NoPicture(text)) if is_reason else Drawn(text)


def _drawn(data: bytes, key: str, plane: str | None) -> Drawn:
    """A mirrored file was never checked, so it may be unreadable."""
    try:
        return Drawn(picture(data, key, plane))
    except NoPicture as reason:
        return Drawn(None, reason)
    except (UnreadableBpmn, TooLarge) as error:
        return Drawn(None, NoPicture(str(error)))


def _is_to_be_kept(drawn: Drawn, plane: str | None) -> bool:
    """A reason is kept only where no plane is named: there is no end of names that are not planes."""
    return drawn.reason is None or not (plane or isinstance(drawn.reason, NoPictureHere))


def _keep(store: Store, drawn: Drawn, values: dict[str, Any]) -> None:
    """Keep a picture in place of one that was kept before. If that fails, it is made again next time."""
    text = str(drawn.reason) if drawn.svg is None else drawn.svg
    values |= {"is_reason": drawn.svg is None, "content": zlib.compress(text.encode())}
    try:
        with store.unrevised() as database:
            statements.change(database, _keep_query, **values)
    except IntegrityError:
        logger.debug("The picture of %s is not kept: the definition was deleted meanwhile.", values["definition"])
    except Unavailable as error:
        logger.info("The picture of %s is not kept: %s %s", values["definition"], error, error.cause)


def _kept_query(_dialect: Dialect, kind: str) -> ModelSelect[Definition]:
    of_definition = (Picture.definition_id == Definition.id) & (Picture.file_rev == Resource.rev)
    shown = equals(Picture.plane, "plane") & equals(Picture.drawing, "drawing")
    query = Definition.select(Definition.id, Picture.content, Picture.is_reason)
    query = query.join(Resource, JOIN.LEFT_OUTER, on=named(Definition.resource_name))
    return query.join_from(Definition, Picture, JOIN.LEFT_OUTER, on=of_definition & shown).where(CONDITIONS[kind])


def _file_query(_dialect: Dialect) -> ModelSelect[Definition]:
    query = Definition.select(Definition.key, Resource.rev, Resource.bytes)
    return query.join(Resource, JOIN.LEFT_OUTER, on=named(Definition.resource_name)).where(CONDITIONS["id"])


def _keep_query(_dialect: Dialect) -> ModelInsert:
    names = ("definition", "plane", "drawing", "rev", "is_reason", "content")
    row = {column: placeholder(name) for column, name in zip(KEPT, names, strict=True)}
    return Picture.insert(row).on_conflict(conflict_target=KEPT[:2], preserve=KEPT[2:])
