"""`/picture`: each addressing and parameter, its headers, its errors in the engine's shape, and what is refused."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from procdef.camunda.registry.pictures import MAX_MARKS, SVG
from procdef.http.dispatch import PICTURE
from procdef.picture import MARKS
from tests.api import BASE, Api, error_of
from tests.bpmn.files import NAMESPACES
from tests.samples import bpmn

COLLAPSED = f"""<definitions {NAMESPACES} targetNamespace="x"><process id="sub" isExecutable="true"><startEvent id="s"/>
<subProcess id="inner"><startEvent id="is"/></subProcess></process>
<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="sub">
<bpmndi:BPMNShape bpmnElement="s"><dc:Bounds x="0" y="0" width="36" height="36"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape bpmnElement="inner" isExpanded="false"><dc:Bounds x="80" y="0" width="100" height="80"/></bpmndi:BPMNShape>
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="inner">
<bpmndi:BPMNShape bpmnElement="is"><dc:Bounds x="0" y="0" width="36" height="36"/></bpmndi:BPMNShape>
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>""".encode()
PATH = "/process-definition/key/order/picture"


@pytest.fixture
def deployed(api: Api) -> Api:
    api.deploy(("o.bpmn", bpmn("order", name="Order <1>")), ("s.bpmn", COLLAPSED))
    api.deploy(("o.bpmn", bpmn("order", name="In the north")), tenant_id="north")
    return api


def elements(svg: str) -> list[str]:
    ElementTree.fromstring(svg)
    return re.findall('data-element="([^"]*)"', svg)


def test_each_addressing_answers_the_picture(deployed: Api) -> None:
    ident = deployed.get("/process-definition/key/order")["id"]
    first, by_key, of_tenant = (
        deployed.ask(f"/process-definition/{way}/picture") for way in (ident, "key/order", "key/order/tenant-id/north")
    )
    assert (first.status_code, first.content_type) == (200, SVG)
    assert first.headers["Content-Security-Policy"] == PICTURE
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Disposition" not in first.headers
    assert "Order &lt;1>" in first.text.replace("&gt;", ">")
    assert {"workStart", "work", "workEnd", "workIn"} <= set(elements(first.text))
    assert "Laid out by procdef" in first.text
    assert by_key.text == first.text
    assert "In the north" in of_tenant.text


def test_a_client_that_has_the_picture_gets_304_also_with_its_policy(deployed: Api) -> None:
    first = deployed.ask(PATH)
    again = deployed.client.get(BASE + PATH, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.headers["Content-Security-Policy"]) == (304, PICTURE)
    head = deployed.client.head(BASE + PATH)
    assert (head.status_code, head.content_type, head.data, head.headers["ETag"]) == (200, SVG, b"", first.headers["ETag"])
    assert deployed.client.get(BASE + PATH, headers={"Accept": "application/json"}).status_code == 406


@pytest.mark.parametrize("kind", MARKS)
def test_elements_are_marked(deployed: Api, kind: str) -> None:
    plain = deployed.ask(PATH).text
    marked = deployed.ask(PATH, [("mark", f"work:{kind}"), ("mark", "workEnd:added"), ("mark", "no:such:added")]).text
    assert (marked != plain, elements(marked)) == (True, elements(plain))


@pytest.mark.parametrize("query", ["theme=dark", "theme=auto", "thumbnail=true", "thumbnail=TRUE&theme=dark&mark=work:added"])
def test_themes_and_thumbnails_are_other_pictures(deployed: Api, query: str) -> None:
    plain, other = deployed.ask(PATH).text, deployed.ask(PATH, query).text
    ElementTree.fromstring(other)
    assert other != plain
    assert deployed.ask(PATH, "theme=light&thumbnail=false&plane=").text == plain


def test_a_plane_is_drawn_by_the_id_of_what_it_shows(deployed: Api) -> None:
    path = "/process-definition/key/sub/picture"
    assert elements(deployed.ask(path).text) == ["s", "inner"]
    assert elements(deployed.ask(path, "plane=sub").text) == ["s", "inner"]
    assert elements(deployed.ask(path, "plane=inner").text) == ["is"]
    status, kind, message, _code = error_of(deployed.ask(path, "plane=<x>"))
    assert (status, kind, message) == (404, "InvalidRequestException", "The file has no plane of '<x>'; it has 'sub', 'inner'.")


def test_an_unknown_definition_is_the_engines_error(deployed: Api) -> None:
    assert error_of(deployed.ask("/process-definition/x/picture")) == (
        404,
        "InvalidRequestException",
        "No matching definition with id x",
        0,
    )
    for way in ("key/x", "key/order/tenant-id/x"):
        status, kind, message, _code = error_of(deployed.ask(f"/process-definition/{way}/picture"))
        assert (status, kind, message.partition(": ")[0]) == (404, "RestException", "No matching process definition with key")


def test_a_file_without_a_picture_says_why(api: Api) -> None:
    tasks = "".join(f'<manualTask id="t{number}"/>' for number in range(300))
    body = f'<process id="large" isExecutable="true"><startEvent id="s"/>{tasks}</process>'
    api.deploy(("l.bpmn", f'<definitions {NAMESPACES} targetNamespace="x">{body}</definitions>'.encode()))
    for _ in range(2):
        status, _kind, message, _code = error_of(api.ask("/process-definition/key/large/picture"))
        assert (status, message) == (404, "The file has no diagram interchange, and has 301 flow nodes: at most 300 are laid out.")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ([("mark", "work")], "The mark 'work' must be ID:KIND"),
        ([("mark", "work:added"), ("mark", ":added")], "The mark ':added' must be ID:KIND"),
        ([("mark", "work:<b>")], "The mark 'work:<b>' must be ID:KIND, with a KIND of added, "),
        ([("mark", "")], "The mark '' must be ID:KIND"),
        ([("mark", "a:added")] * (MAX_MARKS + 1), f"A picture can have at most {MAX_MARKS} marks."),
        ([("theme", "pink")], "There is no theme 'pink'"),
        ([("theme", "")], "There is no theme ''"),
    ],
)
def test_wrong_parameters_are_named(deployed: Api, query: list[tuple[str, str]], message: str) -> None:
    status, kind, found, _code = error_of(deployed.ask(PATH, query))
    assert (status, kind, found[: len(message)]) == (400, "InvalidRequestException", message)


def test_many_marks_are_allowed(deployed: Api) -> None:
    assert deployed.ask(PATH, [("mark", f"e{number}:added") for number in range(200)]).status_code == 200


@pytest.mark.parametrize("name", ["\u202eabc", "<script>alert(1)</script>", "]]>&amp;", "x" * 255])
def test_names_are_escaped(api: Api, name: str) -> None:
    api.deploy(("o.bpmn", bpmn("order", name=name)))
    answer = api.ask(PATH, "theme=auto&mark=work:changed")
    assert answer.status_code == 200
    ElementTree.fromstring(answer.text)
    assert "<script" not in answer.text


def test_the_document_describes_it(api: Api) -> None:
    operation = api.client.get("/openapi.json").json["paths"]["/process-definition/key/{key}/picture"]["get"]  # type: ignore[index]
    parameters = {row["name"]: row for row in operation["parameters"]}
    assert set(parameters) == {"key", "mark", "theme", "thumbnail", "plane"}
    assert parameters["mark"]["schema"]["type"] == "array"
    assert list(operation["responses"]["200"]["content"]) == [SVG]
    assert {"400", "404", "406", "503"} <= set(operation["responses"])
