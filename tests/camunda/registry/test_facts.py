"""`/facts` and `/outline`: by each addressing, conditional, and of files that cannot be read."""

from __future__ import annotations

from typing import Any

import pytest

from procdef.bpmn.facts.elements import elements_of
from procdef.bpmn.facts.outline import outline
from procdef.bpmn.reading.reader import MAX_DEPTH
from tests.api import Api, error_of
from tests.camunda.registry.stored import lose_file, replace_file
from tests.samples import MODEL, bpmn, definitions, process

FILE = definitions(process("order", name="Órder 😀 <&>"), process("other", work="second", isExecutable="false"))
ADDRESSES = ("/{id}", "/key/order", "/key/order/tenant-id/acme")
DEEP = f'<definitions xmlns="{MODEL}" targetNamespace="t">{"<a>" * MAX_DEPTH}{"</a>" * MAX_DEPTH}</definitions>'.encode()
UNREADABLE: dict[str, tuple[bytes | None, str]] = {
    "no XML": (b"hello", "Content is not allowed in prolog."),
    "nothing": (b"", "ENGINE-09003 Could not parse the file. Premature end of file."),
    "no bytes": (None, "Premature end of file."),
    "a DOCTYPE": (b"<!DOCTYPE a><a/>", "DOCTYPE is disallowed"),
    "too deep": (DEEP, f"more than {MAX_DEPTH} levels"),
}
UNKNOWN = {
    "/none": "No matching definition with id none",
    "/key/none": "No matching process definition with key: none and no tenant-id",
    "/key/order/tenant-id/none": "No matching process definition with key: order and tenant-id: none",
}


@pytest.fixture
def filled(api: Api) -> Api:
    """A file with and without tenant."""
    api.deploy(("order.bpmn", FILE))
    api.deploy(("order.bpmn", FILE), tenant_id="acme")
    return api


def path_of(api: Api, address: str) -> str:
    """The path of a definition by one of its addressings."""
    return f"/process-definition{address}".format(id=api.get("/process-definition/key/order")["id"])


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_facts_are_those_of_every_element(filled: Api, address: str) -> None:
    found: list[dict[str, Any]] = filled.get(f"{path_of(filled, address)}/facts")
    assert [list(row) for row in found] == [["id", "type", "name", "parent", "facts"]] * len(found)
    assert [row["id"] for row in found] == [element.id for element in elements_of(FILE)]
    rows = {row["id"]: row for row in found}
    assert (rows["order"]["type"], rows["order"]["name"], rows["order"]["parent"]) == ("process", "Órder 😀 <&>", None)
    assert (rows["work"]["type"], rows["work"]["name"], rows["work"]["parent"]) == ("serviceTask", None, "order")
    assert rows["work"]["facts"]["topic"] == "tests"
    assert "secondStart" in rows


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_outline_is_the_one_of_the_file(filled: Api, address: str) -> None:
    answer = filled.ask(f"{path_of(filled, address)}/outline")
    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    assert answer.get_data(as_text=True) == outline(elements_of(FILE))
    assert "Órder 😀 <&>" in answer.get_data(as_text=True)


@pytest.mark.parametrize("what", ["facts", "outline"])
def test_it_is_conditional_and_has_no_rights_in_a_browser(filled: Api, what: str) -> None:
    path = f"{path_of(filled, ADDRESSES[0])}/{what}"
    first = filled.ask(path)
    assert first.headers["Content-Security-Policy"].startswith("sandbox")
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    known = filled.send("GET", path, headers={"If-None-Match": first.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")
    head = filled.send("HEAD", path)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    filled.deploy(("a.bpmn", bpmn("a")))
    assert filled.send("GET", path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("what", ["facts", "outline", "diff"])
@pytest.mark.parametrize("address", UNKNOWN)
def test_an_unknown_definition_is_not_found(filled: Api, address: str, what: str) -> None:
    assert error_of(filled.ask(f"/process-definition{address}/{what}"))[:3:2] == (404, UNKNOWN[address])


@pytest.mark.parametrize(("what", "accept"), [("facts", "text/plain"), ("outline", "application/json"), ("outline", "text/markdown")])
def test_another_media_type_is_not_acceptable(filled: Api, what: str, accept: str) -> None:
    answer = filled.send("GET", f"{path_of(filled, '/key/order')}/{what}", headers={"Accept": accept})
    assert error_of(answer) == (406, "NotAcceptableException", "HTTP 406 Not Acceptable", None)


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("what", ["facts", "outline"])
def test_a_stored_file_that_cannot_be_read_is_told(filled: Api, name: str, what: str) -> None:
    data, reason = UNREADABLE[name]
    ident = filled.get("/process-definition/key/order")["id"]
    replace_file(filled, ident, data)
    status, kind, message, code = error_of(filled.ask(f"/process-definition/{ident}/{what}"))
    assert (status, kind, code) == (400, "ProcessEngineException", 0)
    assert message.startswith(f"The file of the process definition {ident} cannot be read: ")
    assert reason in message


@pytest.mark.parametrize("what", ["facts", "outline", "diff", "picture"])
def test_a_definition_without_its_file_is_found_though(filled: Api, what: str) -> None:
    filled.deploy(("o.bpmn", bpmn("order", name="Other")))
    ident = filled.get("/process-definition/key/order")["id"]
    lose_file(filled, ident)
    status, _kind, message, _code = error_of(filled.ask(f"/process-definition/{ident}/{what}"))
    assert status == (404 if what == "picture" else 400)
    assert message.endswith("ENGINE-09003 Could not parse the file. Premature end of file.")
