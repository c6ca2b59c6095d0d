"""The dashboard `examples/grafana.json` and the page about dashboards: each query is answered, with the columns that it names.

A query is sent as the data source Infinity does it: the parameters are encoded, and the header Accept depends on the type.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.api import Api
from tests.samples import bpmn

ROOT = Path(__file__).parents[1]
DASHBOARD = json.loads((ROOT / "examples/grafana.json").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs/how-to/dashboards.md").read_text(encoding="utf-8")
ACCEPT = {"json": "application/json;q=0.9,text/plain", "csv": "text/csv; charset=utf-8"}
LAYOUT, PYTHON_LAYOUT = "2006-01-02T15:04:05.000-0700", "%Y-%m-%dT%H:%M:%S.%f%z"
BASE = "http://127.0.0.1:8080/engine-rest"
URLS = re.findall(rf"{BASE}(/[^\s\"]*format=csv[^\s\"]*)", PAGE)
VALUES = {"one": "order", "several": "order,other", "as Grafana writes it by itself": "{order,other}"}


def on_page() -> Any:
    """The query that the page shows."""
    [text] = re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return json.loads(text)


def queries() -> Iterator[tuple[str, Any]]:
    yield "on the page", on_page()
    for variable in DASHBOARD["templating"]["list"]:
        yield f"variable {variable['name']}", variable["query"]["infinityQuery"]
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            yield f"{panel['type']} {panel['title']}", target


QUERIES = dict(queries())


@pytest.fixture
def filled(api: Api) -> Api:
    for key in ("order", "order", "other"):
        api.deploy((f"{key}.bpmn", bpmn(key, name="=1+1", versionTag="1.0")))
    for number, definition in enumerate(api.keys("latestVersion=true", member="id")):
        body = {"processDefinitionId": definition, "incidentType": "failedJob", "incidentMessage": 'a "b",\nc'}
        assert api.put(f"/incident/i{number}", body).status_code == 201
    return api


def rows_of(api: Api, query: Mapping[str, Any], keys: str) -> list[Mapping[str, Any]]:
    params = [(row["key"], row["value"].replace("${key:csv}", keys)) for row in query["url_options"]["params"]]
    answer = api.send(query["url_options"]["method"], query["url"], query_string=dict(params), headers={"Accept": ACCEPT[query["type"]]})
    assert answer.status_code == 200, answer.text
    if query["type"] == "csv":
        return list(csv.DictReader(StringIO(answer.data.decode(), newline="")))
    return [json.loads(answer.data)]


def shown(column: Mapping[str, str], value: Any) -> Any:
    """A value as a column of its type shows it. Raises ValueError if it is not of the type."""
    if column["type"] == "number":
        return int(value)
    if column["type"] == "timestamp":
        assert column["timestampFormat"] == LAYOUT
        return datetime.strptime(value, PYTHON_LAYOUT)
    return str(value)


@pytest.mark.parametrize("keys", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("name", QUERIES)
def test_each_query_has_the_columns_that_it_names(filled: Api, name: str, keys: str) -> None:
    query = QUERIES[name]
    rows = rows_of(filled, query, keys)
    assert rows
    for row in rows:
        assert {column["selector"] for column in query["columns"]} <= set(row)
        for column in query["columns"]:
            assert shown(column, row[column["selector"]]) is not None


def test_the_panels_show_what_is_there(filled: Api) -> None:
    [number], [open_incidents] = (rows_of(filled, QUERIES[f"stat {title}"], "order,other") for title in ("Processes", "Open incidents"))
    assert (number, open_incidents) == ({"count": 2}, {"count": 2})
    processes = rows_of(filled, QUERIES["table Processes"], "order")
    assert [(row["key"], row["name"], row["versions"], row["incidents"]) for row in processes] == [("order", "'=1+1", "2", "1")]
    assert [row["incidentMessage"] for row in rows_of(filled, QUERIES["table Incidents"], "other")] == ['a "b",\nc']
    assert [row["key"] for row in rows_of(filled, QUERIES["variable key"], "")] == ["order", "other"]


def test_every_panel_reads_the_data_source_of_the_page() -> None:
    uid, kind = (re.search(rf"^ *{name}: (.+)$", PAGE, re.MULTILINE) for name in ("uid", "type"))
    assert uid is not None
    assert kind is not None
    source = {"type": kind[1], "uid": uid[1]}
    found = [*DASHBOARD["panels"], *DASHBOARD["templating"]["list"], *(query for name, query in QUERIES.items() if name != "on the page")]
    assert [one["datasource"] for one in found] == [source] * len(found)


@pytest.mark.parametrize("url", URLS)
def test_each_url_of_a_spreadsheet_is_csv(filled: Api, url: str) -> None:
    answer = filled.ask(url)
    assert (answer.status_code, answer.content_type) == (200, "text/csv; charset=utf-8")
    assert len(list(csv.reader(StringIO(answer.data.decode(), newline="")))) == 3


def test_the_urls_are_found() -> None:
    assert len(URLS) == 3
