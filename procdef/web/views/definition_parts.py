"""The tabs of a definition beside its picture: versions, incidents, start form, XML."""

from __future__ import annotations

import orjson
from flask import Response

from procdef.bpmn.facts.forms import FormNumberError, FormValueError, StartForm, start_form
from procdef.bpmn.reading.encoding import text_of
from procdef.camunda.tables.details import DETAILED_DEFINITIONS
from procdef.camunda.tables.registry import INCIDENTS
from procdef.errors import TooLarge, UnreadableBpmn
from procdef.http.responses import reader
from procdef.query.cache import ListQuery
from procdef.web.pages import Pages, page
from procdef.web.query import number_in, page_number
from procdef.web.subject import Subject, changes, of_key, tab
from procdef.web.views.definition import frame
from procdef.web.xml_lines import LINE, lines

routes = Pages("Web page")
SIZE = 20
"""The versions of a page; each is compared with the one before."""
MOST_INCIDENTS = 200


@tab(routes, "/versions", "List the versions")
def list_versions(found: Subject) -> Response:
    """The versions, the newest first, with what each changed. The parameter `page` counts from 1."""
    number = page_number()
    query = ListQuery(of_key(found.row["key"]), "version", descending=True, first=(number - 1) * SIZE, limit=SIZE + 1)
    rows = orjson.loads(reader().rows(DETAILED_DEFINITIONS, query).text)
    compared = [(row, older, changes(older, row)) for row, older in zip(rows[:SIZE], [*rows[1:], None], strict=False)]
    return page("versions.html", **frame(found, "versions"), compared=compared, number=number, has_more=len(rows) > SIZE)


@tab(routes, "/incidents", "List the open incidents")
def list_incidents(found: Subject) -> Response:
    """The open incidents, the newest first."""
    query = ListQuery({"processDefinitionId": found.row["id"]}, "incidentTimestamp", descending=True, limit=MOST_INCIDENTS)
    rows, total = reader().page(INCIDENTS, query)
    return page("definition_incidents.html", **frame(found, "incidents"), incidents=orjson.loads(rows.text), total=int(total.text))


@tab(routes, "/form", "See the start form")
def show_form(found: Subject) -> Response:
    """The form that starts the process: a key, a reference to a form, or fields."""
    form, problem = _form(found)
    return page("definition_form.html", **frame(found, "form"), form=form, problem=problem)


def _form(found: Subject) -> tuple[StartForm | None, str]:
    source = found.source
    try:
        return start_form(source.data, source.key, source.engine), ""
    except (FormValueError, FormNumberError, UnreadableBpmn, TooLarge) as error:
        return None, str(error)


@tab(routes, "/xml", "Read the file")
def show_xml(found: Subject) -> Response:
    """The file with line numbers. A long one has several pages; the parameter `line` is the number of the first line."""
    return page("definition_xml.html", **frame(found, "xml"), lines=lines(text_of(found.source.data), number_in(LINE)))
