"""The report that says which versions can go. An engine does not have it: there `cleanable-report` is the id of no definition."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from flask import Response
from marshmallow.validate import Range

from procdef.bpmn.cleaning import CALLS, KEEP, Calling, Policy, Reason, Verdicts, Version, can_go, judged, own_reasons
from procdef.camunda.protocol.arguments import list_query_of, page_of, value_of
from procdef.camunda.protocol.collection import MORE, MORE_REFUSALS, counted_response, list_and_count, list_response
from procdef.camunda.protocol.completeness import of_index
from procdef.camunda.protocol.conversion import Date, Int
from procdef.camunda.protocol.errors import INVALID
from procdef.camunda.tables.cleaning import CLEANABLE
from procdef.http.responses import json_text, reader
from procdef.http.routes import Answer, Cached, Parameter, Routes
from procdef.http.schemas import array_of, object_of
from procdef.query.cache import ListQuery
from procdef.store.reader import Reader
from procdef.store.registry.cleaning import Held, calls_of, deployments_of, versions_of
from procdef.store.usage.filling import is_complete

routes = Routes("Process definition")
MOST_KEPT, MOST_ROWS = 1000, 1000
ANOTHER = "another definition"
"""Stands for the id of a definition that the client may not see."""
CODES_OF_CALLS = frozenset(row.code for row in CALLS)
KEEP_VERSIONS = Parameter(
    "keepVersions",
    Int(validate=Range(1, MOST_KEPT, error="is not from {min} to {max}"), metadata={"minimum": 1, "maximum": MOST_KEPT, "default": KEEP}),
    f"So many of the newest versions of each key and tenant stay; {KEEP} if it is not given.",
)
BEFORE = Parameter(
    "deployedBefore", Date(), "Only versions that were deployed before this moment can go. It leaves none out of the report."
)
WRONG = "Cannot set query parameter '{}' to value '…'…"
POLICY = (KEEP_VERSIONS, BEFORE)
ROWS = Answer(200, f"One object for each version, at most {MOST_ROWS:,}.", schema=array_of(object_of(CLEANABLE, "CleanableVersion")))


class Judged(NamedTuple):
    """Versions with why they stay, and what their deployments have, as far as they may go.

    `hidden` are the ids of callers that the client may not see.
    """

    versions: Mapping[str, Version]
    verdicts: Verdicts
    deployments: Mapping[str, Held]
    hidden: Collection[str]

    def members(self, ident: str) -> dict[str, Any]:
        """The members of a version that the database did not put in."""
        version, reasons = self.versions[ident], self.verdicts[ident]
        held = self.deployments[version.deployment_id]
        return {
            "cleanable": not reasons,
            "reasons": [*dict.fromkeys(map(str, map(self._shown, reasons)))],
            "incidents": version.incidents,
            "instances": version.instances,
            "deploymentCleanable": not reasons and can_go(held.definitions, self.verdicts, has_more=held.has_more),
            "bytes": held.size,
        }

    def _shown(self, reason: Reason) -> Reason:
        return reason._replace(about=ANOTHER) if reason.about in self.hidden else reason


def cleanable_report() -> Response:
    """Each version that matches every filter: whether it can go, or why it stays. Versions that the filters leave out stay."""
    page, asked = page_of(CLEANABLE), policy()
    shortened = None if page is None else page._replace(limit=min(MOST_ROWS if page.limit is None else page.limit, MOST_ROWS))

    def respond() -> Response:
        response = list_response(CLEANABLE, shortened, list_query_of)
        if shortened is not None:
            rows = report(orjson.loads(response.data), shortened, asked)
            response.data = json_text(orjson.dumps(rows).decode()).data
        return response

    return of_index(respond)


def count_cleanable_report() -> Response:
    """How many versions match every filter, of those that can go and of those that stay."""
    return counted_response(CLEANABLE, list_query_of(CLEANABLE))


list_and_count(
    routes,
    "/process-definition/cleanable-report",
    CLEANABLE,
    "versions that can go or stay",
    ROWS,
    cleanable_report,
    count_cleanable_report,
    parameters=(*POLICY, *MORE),
    refusals=(*MORE_REFUSALS, *(INVALID.with_message(WRONG.format(one.name)) for one in POLICY)),
    cached=Cached.BEFORE_READS,
)


def policy() -> Policy:
    """What the parameters of the request ask for. Raises EngineError for a wrong one."""
    keep, before = value_of(KEEP_VERSIONS), value_of(BEFORE)
    moment = None if before is None else datetime.fromisoformat(before).replace(tzinfo=UTC)
    return Policy(KEEP if keep is None else keep, moment)


def report(rows: Sequence[Mapping[str, Any]], query: ListQuery, policy: Policy) -> list[dict[str, Any]]:
    """Rows of a list query on CLEANABLE with all members. One whose definition was deleted meanwhile is left out."""
    known = policy._replace(knows_calls=is_complete(reader()))
    found = _judge([row["processDefinitionId"] for row in rows], _Choice(reader(), query), known)
    return [{**row, **found.members(row["processDefinitionId"])} for row in rows if row["processDefinitionId"] in found.versions]


class _Choice(NamedTuple):
    """The versions that a list query chooses, on all pages."""

    reader: Reader
    query: ListQuery

    def mark(self, versions: Sequence[Version]) -> list[Version]:
        """The versions, each with whether it is chosen."""
        if not (self.query.values or self.query.groups):
            return [*versions]
        groups = (*self.query.groups, {"processDefinitionIdIn": [version.id for version in versions]})
        rows = orjson.loads(self.reader.rows(CLEANABLE, ListQuery(self.query.values, groups=groups)).text) if versions else []
        chosen = {row["processDefinitionId"] for row in rows}
        return [replace(version, chosen=version.id in chosen) for version in versions]

    def calls(self, called: Sequence[Version], keep: int, *, latest: bool) -> Mapping[str, Sequence[Calling]]:
        """The versions that call these, each with whether it is chosen."""
        found = calls_of(self.reader, called, keep, latest=latest) if called else {}
        calling = {one.version.id: one.version for some in found.values() for one in some}
        marked = {version.id: version for version in self.mark([*calling.values()])}
        return {ident: [Calling(marked[one.version.id], one.code) for one in some] for ident, some in found.items()}


def _judge(ids: Sequence[str], choice: _Choice, policy: Policy) -> Judged:
    """The versions with these ids, which are chosen, and all definitions of the deployments of those that may go."""
    versions = versions_of(choice.reader, ids, policy.keep)
    deployments = deployments_of(choice.reader, [*{version.deployment_id for version in versions}])
    pending = {version.deployment_id for version in versions if not own_reasons(version, policy)}
    known = {version.id for version in versions}
    others = [ident for deployment in pending for ident in deployments[deployment].definitions if ident not in known]
    beside = choice.mark(versions_of(choice.reader, others, policy.keep)) if others else []
    verdicts = judged([*versions, *beside], policy, lambda called, latest: choice.calls(called, policy.keep, latest=latest))
    hidden = _hidden(choice.reader, {reason.about for reasons in verdicts.values() for reason in reasons if reason.code in CODES_OF_CALLS})
    return Judged({version.id: version for version in versions}, verdicts, deployments, hidden)


def _hidden(reader: Reader, ids: Collection[str]) -> Collection[str]:
    """Those of these definitions that the reader's caller may not see. They keep the versions that they call, but are not named."""
    if not ids or reader.sees_all(CLEANABLE):
        return frozenset()
    found = orjson.loads(reader.rows(CLEANABLE, ListQuery({"processDefinitionIdIn": sorted(ids)})).text)
    return {*ids} - {row["processDefinitionId"] for row in found}
