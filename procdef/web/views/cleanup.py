"""`/cleanup`: which versions can go, and why the others stay. Its query string is that of the REST request.

A form deletes the chosen versions. They are judged again then, as if nothing else could go.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import orjson
from flask import Response, request

from procdef.bpmn.cleaning import CALLS, DEPLOYED_SINCE, in_words, named
from procdef.camunda.registry.cleaning import POLICY, policy, report
from procdef.camunda.tables.cleaning import CLEANABLE
from procdef.errors import NotFound, ProcdefError
from procdef.http import audit
from procdef.http.responses import reader, store
from procdef.http.routes import Change
from procdef.query.cache import ListQuery
from procdef.store.registry.definitions import delete
from procdef.store.registry.deployments import undeploy
from procdef.web import links
from procdef.web.allowed import DELETES, May, check
from procdef.web.filters import inputs, tidied
from procdef.web.forms import Sent
from procdef.web.pages import Pages, page, see
from procdef.web.query import Asked, asked, words_of
from procdef.web.refusals import FINE, Refusal, refusal

routes = Pages("Web page")
PATH, RESOURCE, MATCHES = "/cleanup", "/process-definition/cleanable-report", "keyLike"
OFFERED = ("key", "tenantIdIn", "withoutTenantId", "name", "versionTag", "deployedAfter", "deploymentId")
"""The filters that the form offers; all others count in the URL."""
WORD = "delete"
"""What must be typed."""
NOT_CONFIRMED = Refusal("What was typed is not what the page asks for. Nothing was deleted.", 400)
NONE_CHOSEN = Refusal("Choose at least one version.", 400)
NEEDED = Refusal("Nothing was deleted, because something that was not chosen needs {}: {}.", 400)
Row = dict[str, Any]


@routes.page(PATH, "See which versions can go")
def show_cleanup() -> Response:
    """The versions, with a form that deletes those that can go."""
    way = tidied(PATH, CLEANABLE, MATCHES)
    return _shown() if way is None else way


@routes.form(PATH, "Delete versions that can go", Change("clean up"))
def clean_up(sent: Sent) -> Response:
    """Delete the chosen versions. Versions that were not chosen stay, so they may need one of these."""
    ids = sent.all("ids")
    if not ids or sent.text("typed") != WORD:
        return _shown(sent, NOT_CONFIRMED if ids else NONE_CHOSEN)
    query = ListQuery({"processDefinitionIdIn": ids})
    rows = report(orjson.loads(reader().rows(CLEANABLE, query).text), query, policy())
    if held := [row for row in rows if not row["cleanable"]]:
        return _shown(sent, _needed(held[0]))
    for row in rows:
        check(DELETES, row["processDefinitionKey"])
    try:
        _delete(rows)
    except ProcdefError as error:
        return _shown(sent, refusal(error))
    audit.tell(versions=len(rows))
    return see(links.path_of(PATH, request.environ["QUERY_STRING"]))


def _delete(rows: Sequence[Row]) -> None:
    """Delete versions, with their deployments where nothing of them stays. What is gone already is deleted."""
    whole = {row["deploymentId"] for row in rows if _goes_whole(row)}
    single = [row["processDefinitionId"] for row in rows if not _goes_whole(row)]
    for ident in sorted(whole):
        with suppress(NotFound):
            undeploy(store(), ident)
    for ident in single:
        with suppress(NotFound):
            delete(store(), ident)


def _goes_whole(row: Row) -> bool:
    """Whether a version goes with its deployment: if nothing of that stays, and if the user may delete it."""
    return bool(row["deploymentCleanable"]) and May.undeploy(row["deploymentId"])


def _needed(row: Row) -> Refusal:
    name = f"{row['processDefinitionKey']} {row['version']}"
    return NEEDED._replace(message=NEEDED.message.format(name, ", ".join(_in_words(row))))


def _shown(sent: Sent | None = None, refused: Refusal = FINE) -> Response:
    found, wanted = _asked(), policy()
    listed, total = found.read()
    rows = [
        {**row, "why": _in_words(row), "choosable": _is_choosable(row)}
        for row in (report(listed, found.query, wanted) if found.query is not None else [])
    ]
    chosen = {row["processDefinitionId"] for row in rows if row["choosable"]} if sent is None else {*sent.all("ids")}
    given = {entry.name: request.args.get(entry.name, "") for entry in POLICY}
    values: dict[str, Any] = {"asked": found, "rows": rows, "total": total, "chosen": chosen, "keep": wanted.keep, "given": given}
    values |= {"words": words_of(found.given(MATCHES)), "fields": [*inputs(found, OFFERED)], "word": WORD, "message": refused.message}
    return page("cleanup.html", refused.status, **values, command=_command(found, wanted.keep) if not given["deployedBefore"] else "")


def _is_choosable(row: Row) -> bool:
    return row["cleanable"] and May.delete(row["processDefinitionKey"])


def _asked() -> Asked:
    """What the URL asks for. Its other URLs keep what decides which versions can go."""
    found = asked(PATH, RESOURCE, CLEANABLE)
    more = [(entry.name, request.args[entry.name]) for entry in POLICY if entry.name in request.args]
    return replace(found, pairs=[*found.pairs, *more])


def _command(found: Asked, keep: int) -> str:
    """The command that deletes the same on all pages; nothing where it does not have the filters."""
    options = {"key": "--key", "tenantIdIn": "--tenant"}
    filters = {name: value for name, value in found.fields() if name in found.table.filter_by_name}
    if filters.keys() - options.keys() or "," in filters.get("tenantIdIn", ""):
        return ""
    words = [*("procdef", "cleanup", "--keep", str(keep), "--older-than", "0s")]
    return shlex.join([*words, *(word for name, value in filters.items() for word in (options[name], value)), "--dry-run"])


def _in_words(row: Row) -> list[str]:
    """Why a version stays, in words: of a time only the day, of a definition the key and version."""
    shown = {DEPLOYED_SINCE: lambda about: about[:10], **dict.fromkeys((each.code for each in CALLS), named)}
    found = (reason.partition(" ") for reason in row["reasons"])
    return [in_words(code, shown.get(code, str)(about)) for code, _, about in found]
