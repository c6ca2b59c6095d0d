"""Reading what the rule needs that says which versions can go: versions, the definitions that call exactly them, and their deployments."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from peewee import JOIN, SQL, Case, Expression, ModelSelect, Select, fn

from procdef.bpmn.cleaning import Calling, Targets, Version, bound_call
from procdef.bpmn.model import Call
from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.store.models import IS_LATEST, Definition, Incident, Name, Resource, Usage, Use
from procdef.store.reader import Reader
from procdef.store.usage.index import digest_of
from procdef.store.usage.lookups import CALLED

KEEP, IDS, DIGESTS, BINDINGS, DEPLOYMENTS = "keep", "ids", "digests", "bindings", "deployments"
"""The placeholders."""
Newer: Any = Definition.alias()


class Held(NamedTuple):
    """What a deployment has: its definitions, whether there are other files than theirs, and the bytes of all files."""

    definitions: Sequence[str]
    has_more: bool
    size: int


def versions_of(reader: Reader, ids: Sequence[str], keep: int) -> list[Version]:
    """The definitions with these ids. Newer versions are counted up to `keep`."""
    rows = reader.read(_versions, values={IDS: list(ids), KEEP: keep})
    return [_version(*row) for row in rows]


def _version(*columns: Any) -> Version:
    ident, key, version, tag, tenant, deployment, deployed, newer, incidents, mirrored = columns
    moment = deployed if isinstance(deployed, datetime) else datetime.fromisoformat(deployed)
    instances = None if mirrored else 0  # only an engine has instances
    return Version(ident, key, version, tag, tenant, deployment, moment.replace(tzinfo=UTC), newer, incidents, instances)


def _versions(dialect: Dialect) -> ModelSelect[Definition]:
    newer = Newer.select(SQL("1")).where(Expression(Newer.key, "=", Definition.key) & (Newer.version > Definition.version))
    newer = newer.order_by(Newer.version)  # by the index of versions, which ends at the limit
    without = _number(newer.where(Newer.tenant_id.is_null()))
    within = _number(newer.where(Expression(Newer.tenant_id, "=", Definition.tenant_id)))
    incidents = fn.coalesce(Incident.select(fn.count(SQL("*"))).where(Expression(Incident.definition_id, "=", Definition.id)), SQL("0"))
    columns = (Definition.id, Definition.key, Definition.version, Definition.version_tag, Definition.tenant_id, Definition.deployment_id)
    counted = Case(None, [(Definition.tenant_id.is_null(), without)], within)
    query = Definition.select(*columns, Definition.deploy_time, counted, incidents, Definition.mirrored)
    return query.where(dialect.any_of(Definition.id, placeholder(IDS)))


def _number(query: Any) -> Any:
    """How many rows a query has, counted up to the number of versions that are kept."""
    return Select([query.limit(placeholder(KEEP)).alias("newer")], [fn.count(SQL("*"))])


def calls_of(reader: Reader, called: Sequence[Version], keep: int, *, latest: bool) -> Mapping[str, Sequence[Calling]]:
    """The versions whose calls mean exactly one of these versions, by the id of that: only `latest` versions, or all."""
    targets = Targets(called)
    keys = {digest_of(CALLED, one.key): one.key for one in called}
    bound = {(digest, binding): call for digest, binding, call in _bound(reader, keys) if targets.may_be_meant(call)}
    found = [
        (bound[digest, binding], ident)
        for digest, binding, ident in _found(reader, called, bound, latest=latest)
        if (digest, binding) in bound
    ]
    calling = {one.id: one for one in versions_of(reader, sorted({ident for _, ident in found}), keep)}
    meant: dict[str, list[Calling]] = {}
    for call, ident in found:
        for called_id, one in targets.meant(call, calling[ident]) if ident in calling else ():
            meant.setdefault(called_id, []).append(one)
    return meant


def _bound(reader: Reader, keys: Mapping[str, str]) -> Iterator[tuple[str, str, Call]]:
    """The bindings with which these keys are called, each once, with the digest of the key; those of latest versions are left out."""
    for digest, binding in reader.read(_bindings, values={DIGESTS: list(keys)}):
        if (call := bound_call(binding, keys[digest])) is not None:
            yield digest, binding, call


def _found(reader: Reader, called: Sequence[Version], bound: Mapping[tuple[str, str], Call], *, latest: bool) -> list[tuple[Any, ...]]:
    """The calls with these bindings: digest, binding, and the id of the calling definition. Few of a deployment call within it."""
    within = {pair for pair, call in bound.items() if call.binding == "deployment"}
    deployments = sorted({one.deployment_id for one in called})
    rows = reader.read(_calling, latest, values=_named(bound.keys() - within)) if bound.keys() - within else []
    return rows + (reader.read(_calling_within, latest, values={**_named(within), DEPLOYMENTS: deployments}) if within else [])


def _named(pairs: Collection[tuple[str, str]]) -> dict[str, Any]:
    return {DIGESTS: sorted({digest for digest, _ in pairs}), BINDINGS: sorted({binding for _, binding in pairs})}


def _bindings(dialect: Dialect) -> ModelSelect[Use]:
    query = Use.select(Name.digest, Use.binding).distinct().join(Name, on=Expression(Use.name_id, "=", Name.id))
    return query.where(dialect.any_of(Name.digest, placeholder(DIGESTS)) & Use.binding.is_null(is_null=False))


def _calling(dialect: Dialect, latest: bool) -> ModelSelect[Use]:
    query = Use.select(Name.digest, Use.binding, Usage.definition_id).join(Name, on=Expression(Use.name_id, "=", Name.id))
    query = query.join(Usage, on=Expression(Use.usage_id, "=", Usage.id), src=Use)
    query = query.where(dialect.any_of(Name.digest, placeholder(DIGESTS)) & dialect.any_of(Use.binding, placeholder(BINDINGS)))
    return query.where(Usage.definition_id.in_(Definition.select(Definition.id).where(IS_LATEST))) if latest else query


def _calling_within(dialect: Dialect, latest: bool) -> ModelSelect[Definition]:
    """The same within deployments. It begins with the definitions of these, which are few compared with all calls of a key."""
    query = Definition.select(Name.digest, Use.binding, Usage.definition_id)
    query = query.join(Usage, JOIN.CROSS).join(Use, JOIN.CROSS, src=Usage).join(Name, JOIN.CROSS, src=Use)
    joined = (Usage.definition_id == Definition.id) & (Use.usage_id == Usage.id) & (Name.id == Use.name_id)
    named = dialect.any_of(dialect.unindexed(Name.digest), placeholder(DIGESTS)) & dialect.any_of(Use.binding, placeholder(BINDINGS))
    query = query.where(dialect.any_of(Definition.deployment_id, placeholder(DEPLOYMENTS)) & joined & named)
    return query.where(IS_LATEST) if latest else query


def deployments_of(reader: Reader, ids: Sequence[str]) -> Mapping[str, Held]:
    """What these deployments have."""
    definitions: dict[str, list[str]] = {}
    own: set[tuple[str, str | None]] = set()
    for deployment, ident, *names in reader.read(_definitions, values={DEPLOYMENTS: list(ids)}):
        definitions.setdefault(deployment, []).append(ident)
        own.update((deployment, name) for name in names)
    sizes: dict[str, list[tuple[str, int]]] = {}
    for deployment, name, size in reader.read(_files, values={DEPLOYMENTS: list(ids)}):
        sizes.setdefault(deployment, []).append((name, size))
    return {ident: _held(ident, definitions.get(ident, []), sizes.get(ident, []), own) for ident in ids}


def _held(ident: str, definitions: Sequence[str], sizes: Sequence[tuple[str, int]], own: Collection[tuple[str, str | None]]) -> Held:
    has_more = any((ident, name) not in own for name, _ in sizes)
    return Held(definitions, has_more, sum(size for _, size in sizes))


def _definitions(dialect: Dialect) -> ModelSelect[Definition]:
    query = Definition.select(Definition.deployment_id, Definition.id, Definition.resource_name, Definition.diagram_name)
    return query.where(dialect.any_of(Definition.deployment_id, placeholder(DEPLOYMENTS)))


def _files(dialect: Dialect) -> ModelSelect[Resource]:
    query = Resource.select(Resource.deployment_id, Resource.name, fn.coalesce(fn.length(Resource.bytes), 0))
    return query.where(dialect.any_of(Resource.deployment_id, placeholder(DEPLOYMENTS)))
