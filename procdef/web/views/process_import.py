"""`/processes/import`: the form that imports a file of processes, and what became of each process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from procdef.errors import Conflict, InvalidInput, ProcdefError, TooLarge
from procdef.frends import importing
from procdef.frends.errors import row_of
from procdef.http import audit
from procdef.http.body_checks import too_large
from procdef.http.needs import ToDeploy
from procdef.http.responses import store
from procdef.http.routes import Change
from procdef.http.uploads import UploadedPart
from procdef.store.processes.imports import CONFLICTS, ERROR, OUTCOMES, Result
from procdef.web import forms, links
from procdef.web.pages import DONE, Pages, page, see
from procdef.web.views.processes import IDS, PATH, rows_of

routes = Pages("Web page")
IMPORT, IMPORTED = f"{PATH}/import", f"{PATH}/imported"
FILE, CONFLICT, MORE = "file", "importConflict", "more"
MOST = 100
"""The processes of a file whose outcomes the address of a page has."""


@routes.page(IMPORT, "Import processes", needs=(ToDeploy(),))
def show_import() -> Response:
    """The form: the file, and what becomes of a process that is already there."""
    return _form()


@routes.route("POST", IMPORT, "Import processes", DONE, produces=None, change=Change("import processes"), needs=(ToDeploy(),))
def import_file() -> Response:
    """The file is imported whole or not at all. A refusal shows the form again."""
    chosen = ""
    with ExitStack() as stack:
        try:
            form, files = _sent(stack)
            chosen = form.text(CONFLICT)
            if not files:
                raise InvalidInput("Choose the file to import.")
            results = importing.run(files[0], chosen, stack)
        except (InvalidInput, Conflict, TooLarge) as error:
            return _form(chosen, error)
    audit.tell(processes=[f"{result.guid}:{result.version}:{result.outcome}" for result in results])
    return see(IMPORTED + links.query([*_outcomes(results)]))


@routes.page(IMPORTED, "See what an import did")
def show_imported() -> Response:
    """Each process of the file with its outcome."""
    outcome_of = {int(ident): name for name in OUTCOMES for ident in IDS.findall(request.args.get(name, ""))[:MOST]}
    rows = [{**row, "outcome": outcome_of[row["id"]]} for row in rows_of(outcome_of)]
    more = IDS.search(request.args.get(MORE, ""))
    counts = [(name, sum(outcome == name for outcome in outcome_of.values())) for name in OUTCOMES]
    return page("process_imported.html", rows=rows, counts=counts, outcomes=OUTCOMES, more=int(more[0]) if more else 0)


def _sent(stack: ExitStack) -> tuple[forms.Sent, Sequence[UploadedPart]]:
    try:
        return forms.sent_large(store().settings.max_import, stack)
    except RequestEntityTooLarge as error:
        raise TooLarge(too_large(request, "PROCDEF_MAX_IMPORT")) from error


def _form(chosen: str = "", error: ProcdefError | None = None) -> Response:
    conflict = chosen if chosen in CONFLICTS else ERROR
    status = 200 if error is None else row_of(error).status
    return page("process_import.html", status, conflicts=CONFLICTS, chosen=conflict, problem=str(error or ""))


def _outcomes(results: Sequence[Result]) -> Iterator[tuple[str, str]]:
    """The parameters of the page with the outcomes: the numbers of the versions by outcome, and how many others there are."""
    for name in OUTCOMES:
        ids = [str(result.id) for result in results[:MOST] if result.outcome == name]
        if ids:
            yield name, ",".join(ids)
    if len(results) > MOST:
        yield MORE, str(len(results) - MOST)
