"""`/diff`: which two definitions are compared, in which form, and the errors. What a difference is, the tests of `bpmn.difference` say."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
from lxml import etree
from werkzeug.test import TestResponse

from procdef.bpmn.difference import difference, limit
from procdef.bpmn.difference.forms import as_json
from procdef.bpmn.difference.markdown import as_markdown
from procdef.bpmn.difference.unified import unified
from procdef.http.dispatch import PICTURE
from procdef.picture import THEMES
from tests.api import Api, error_of
from tests.camunda.registry.stored import replace_file
from tests.camunda.registry.test_facts import UNREADABLE
from tests.samples import bpmn

FIRST = bpmn("order", name="Order")
SECOND = bpmn("order", name="Órder 😀 <&>", versionTag="2").replace(b'c:topic="tests"', b'c:topic="other"')
THIRD = SECOND.replace(b"</process>", b'<userTask id="more" name="More"/></process>')
FILES = {1: FIRST, 2: SECOND, 3: THIRD}
JSON, TEXT, MARKDOWN, SVG = "application/json", "text/plain", "text/markdown", "image/svg+xml"
MEMBERS = ["left", "right", "added", "removed", "changed", "moved", "equal"]


@pytest.fixture
def versions(api: Api) -> Api:
    """Three versions without tenant and two of a tenant, and another key."""
    for data in FILES.values():
        api.deploy(("order.bpmn", data))
    for data in (FIRST, THIRD):
        api.deploy(("order.bpmn", data), tenant_id="acme")
    api.deploy(("other.bpmn", bpmn("other", work="w")))
    return api


def ident(api: Api, version: int, key: str = "order", **query: str) -> str:
    """The id of a version, without tenant if none is given."""
    (row,) = api.get("/process-definition", {"key": key, "version": version, **(query or {"withoutTenantId": "true"})})
    return str(row["id"])


def ask(api: Api, path: str, accept: str | None = None, **headers: str) -> TestResponse:
    headers |= {} if accept is None else {"Accept": accept}
    return api.send("GET", f"/process-definition{path}", headers=headers)


def compared(api: Api, path: str) -> tuple[Any, Any]:
    """The tenant and the version of both sides."""
    found = api.get(f"/process-definition{path}")
    assert list(found) == MEMBERS
    return tuple((found[side]["tenantId"], found[side]["version"]) for side in ("left", "right"))  # type: ignore[return-value]


def test_the_left_one_is_that_of_the_path(versions: Api) -> None:
    found = versions.get(f"/process-definition/{ident(versions, 1)}/diff/{ident(versions, 3)}")
    (left, right) = (versions.get(f"/process-definition/{ident(versions, version)}") for version in (1, 3))
    assert found == {"left": left, "right": right, **as_json(difference(FIRST, THIRD))}
    assert [row["id"] for row in found["added"]] == ["more"]
    assert {row["id"]: row["facts"].get("topic") for row in found["changed"]}["work"] == ["tests", "other"]
    assert (found["removed"], found["moved"], found["equal"]) == ([], [], False)


def test_the_other_way_round_it_is_mirrored(versions: Api) -> None:
    there = versions.get(f"/process-definition/{ident(versions, 1)}/diff/{ident(versions, 3)}")
    back = versions.get(f"/process-definition/{ident(versions, 3)}/diff/{ident(versions, 1)}")
    assert (back["left"], back["right"], back["removed"]) == (there["right"], there["left"], there["added"])


def test_which_two_are_compared(versions: Api) -> None:
    first, second, third = (ident(versions, version) for version in FILES)
    acme = ident(versions, 2, tenantIdIn="acme")
    cases = {
        f"/{third}/diff": ((None, 2), (None, 3)),
        f"/{second}/diff": ((None, 1), (None, 2)),
        "/key/order/diff": ((None, 2), (None, 3)),
        "/key/order/tenant-id/acme/diff": (("acme", 1), ("acme", 2)),
        f"/{acme}/diff": (("acme", 1), ("acme", 2)),
        f"/{third}/diff/{first}": ((None, 3), (None, 1)),
        f"/key/order/diff/{first}": ((None, 3), (None, 1)),
        f"/key/order/tenant-id/acme/diff/{first}": (("acme", 2), (None, 1)),
        f"/{first}/diff/{first}": ((None, 1), (None, 1)),
        f"/{first}/diff/{ident(versions, 1, 'other')}": ((None, 1), (None, 1)),
    }
    assert {path: compared(versions, path) for path in cases} == cases


def test_a_definition_is_equal_to_itself_and_to_the_same_in_another_tenant(versions: Api) -> None:
    for other in (ident(versions, 3), ident(versions, 2, tenantIdIn="acme")):
        found = versions.get(f"/process-definition/{ident(versions, 3)}/diff/{other}")
        assert [found[name] for name in MEMBERS[2:]] == [[], [], [], [], True]
        assert ask(versions, f"/{ident(versions, 3)}/diff/{other}", TEXT).data == b""


def test_the_version_before_is_the_highest_that_is_still_there(versions: Api) -> None:
    assert versions.send("DELETE", f"/process-definition/{ident(versions, 2)}").status_code == 200
    assert compared(versions, "/key/order/diff") == ((None, 1), (None, 3))


def test_the_first_version_has_none_before(versions: Api) -> None:
    for path, version in ((f"/{ident(versions, 1)}/diff", 1), ("/key/other/diff", None)):
        definition = ident(versions, 1, "order" if version else "other")
        text = f"There is no version before the process definition {definition} in its tenant"
        assert error_of(ask(versions, path)) == (404, "InvalidRequestException", text, 0)


def test_the_error_names_the_definition_that_is_missing(versions: Api) -> None:
    first = ident(versions, 1)
    for path, missing in ((f"/{first}/diff/none", "none"), (f"/nothing/diff/{first}", "nothing"), ("/key/order/diff/none", "none")):
        text = f"No matching definition with id {missing}"
        assert error_of(ask(versions, path)) == (404, "InvalidRequestException", text, 0)
    text = "No matching process definition with key: none and no tenant-id"
    assert error_of(ask(versions, f"/key/none/diff/{first}")) == (404, "RestException", text, None)


MEDIA = {
    "": JSON,
    "*/*": JSON,
    "application/*": JSON,
    "text/html,application/xhtml+xml,*/*;q=0.8": JSON,
    "text/plain": TEXT,
    "text/*": TEXT,
    "text/markdown": MARKDOWN,
    "text/plain;q=0.5, text/markdown": MARKDOWN,
    "text/plain, application/json;q=0.9": TEXT,
    "image/png, text/markdown;q=0.1": MARKDOWN,
    "image/svg+xml": SVG,
    "image/*;q=0.3": SVG,
    "text/html;q=0.9, image/svg+xml;q=0.5, text/plain;q=0.4": SVG,
}


@pytest.mark.parametrize("accept", MEDIA)
def test_the_form_is_the_one_that_the_client_prefers(versions: Api, accept: str) -> None:
    answer = ask(versions, "/key/order/diff", accept)
    assert (answer.status_code, answer.mimetype) == (200, MEDIA[accept])
    assert "Accept" in answer.headers["Vary"].split(", ")


@pytest.mark.parametrize("accept", ["image/png", "application/xml", "text/html"])
def test_another_form_is_not_acceptable(versions: Api, accept: str) -> None:
    for path in ("/key/order/diff", f"/{ident(versions, 1)}/diff/{ident(versions, 2)}"):
        assert error_of(ask(versions, path, accept)) == (406, "NotAcceptableException", "HTTP 406 Not Acceptable", None)
    assert ask(versions, "/key/none/diff", accept).status_code == 404


def test_text_and_markdown_are_those_of_the_difference(versions: Api) -> None:
    text, markdown = (ask(versions, "/key/order/diff", accept) for accept in (TEXT, MARKDOWN))
    assert (text.content_type, markdown.content_type) == ("text/plain; charset=utf-8", "text/markdown; charset=utf-8")
    assert text.get_data(as_text=True) == unified(SECOND, THIRD, (ident(versions, 2), ident(versions, 3)))
    assert markdown.get_data(as_text=True) == as_markdown(difference(SECOND, THIRD), "order 2 → 3")
    assert "More" in text.get_data(as_text=True)


def test_the_title_has_both_keys_where_they_differ(versions: Api) -> None:
    markdown = ask(versions, f"/{ident(versions, 2)}/diff/{ident(versions, 1, 'other')}", MARKDOWN).get_data(as_text=True)
    assert "order 2 → other 1" in markdown.splitlines()[0]


def test_each_form_has_its_own_tag(drawn: Api) -> None:
    tags = {accept: ask(drawn, "/key/order/diff", accept).headers["ETag"] for accept in (JSON, TEXT, MARKDOWN, SVG)}
    assert len(set(tags.values())) == 4
    for accept, tag in tags.items():
        known = ask(drawn, "/key/order/diff", accept, **{"If-None-Match": tag})
        assert (known.status_code, known.data, known.headers["ETag"]) == (304, b"", tag)
        assert "Accept" in known.headers["Vary"]
        other = ask(drawn, "/key/order/diff", next(one for one in tags if one != accept), **{"If-None-Match": tag})
        assert other.status_code == 200


def test_a_new_version_is_another_difference(versions: Api) -> None:
    tag = ask(versions, "/key/order/diff").headers["ETag"]
    versions.deploy(("order.bpmn", FIRST))
    assert ask(versions, "/key/order/diff", **{"If-None-Match": tag}).status_code == 200
    assert compared(versions, "/key/order/diff") == ((None, 3), (None, 4))


def test_head_has_no_body_and_no_form_has_rights_in_a_browser(versions: Api) -> None:
    for accept in (JSON, TEXT, MARKDOWN):
        full = ask(versions, "/key/order/diff", accept)
        head = versions.send("HEAD", "/process-definition/key/order/diff", headers={"Accept": accept})
        assert (head.status_code, head.data) == (200, b"")
        assert (head.headers["ETag"], head.headers["Content-Type"]) == (full.headers["ETag"], full.headers["Content-Type"])
        assert (full.headers["X-Content-Type-Options"], "'none'" in full.headers["Content-Security-Policy"]) == ("nosniff", True)


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("accept", [JSON, TEXT, MARKDOWN, SVG])
def test_the_error_names_the_file_that_cannot_be_read(versions: Api, name: str, version: int, accept: str) -> None:
    data, reason = UNREADABLE[name]
    replace_file(versions, ident(versions, version), data)
    status, kind, message, code = error_of(ask(versions, "/key/order/diff", accept))
    assert (status, kind, code) == (400, "ProcessEngineException", 0)
    assert message.startswith(f"The file of the process definition {ident(versions, version)} cannot be read: ")
    assert reason in message


TASK = b'<bpmn:task id="more" name="More &lt;script&gt;" />'
SHAPE = b'<bpmndi:BPMNShape id="shape-more" bpmnElement="more"><dc:Bounds x="250" y="300" width="100" height="80" /></bpmndi:BPMNShape>'
DRAWN = (Path(__file__).parents[3] / "examples/order.bpmn").read_bytes()
REDRAWN = (
    DRAWN.replace(b'topic="shipping"', b'topic="parcels"')
    .replace(b"</bpmn:process>", TASK + b"</bpmn:process>")
    .replace(b"</bpmndi:BPMNPlane>", SHAPE + b"</bpmndi:BPMNPlane>")
    .replace(b'<dc:Bounds x="160" y="102"', b'<dc:Bounds x="160" y="112"')
)


@pytest.fixture
def drawn(api: Api) -> Api:
    """Two versions with diagram interchange. The second has a task more, another topic, and a start event at another place."""
    for data in (DRAWN, REDRAWN):
        api.deploy(("order.bpmn", data))
    return api


def marks(svg: str) -> list[list[str]]:
    """The elements with marks in the left picture and in the right one."""
    root = etree.fromstring(svg.encode())
    pictures = root.findall("{http://www.w3.org/2000/svg}svg")
    return [
        sorted(f"{one.get('data-element')} {one.get('class')}" for one in part.xpath("*[@data-element and @class]")) for part in pictures
    ]


def test_both_pictures_are_side_by_side_with_marks(drawn: Api) -> None:
    answer = ask(drawn, "/key/order/diff", SVG)
    assert (answer.status_code, answer.content_type) == (200, SVG)
    assert marks(answer.text) == [["received m moved", "ship m changed"], ["more m added", "received m moved", "ship m changed"]]
    back = ask(drawn, f"/{ident(drawn, 2)}/diff/{ident(drawn, 1)}", SVG)
    assert marks(back.text) == [["more m removed", "received m moved", "ship m changed"], ["received m moved", "ship m changed"]]


def test_the_pictures_have_no_script_and_no_rights(drawn: Api) -> None:
    answer = ask(drawn, "/key/order/diff", SVG)
    assert "<script" not in answer.text
    assert (answer.headers["X-Content-Type-Options"], "script-src" in answer.headers["Content-Security-Policy"]) == ("nosniff", False)
    assert answer.headers["Content-Security-Policy"] == PICTURE
    head = drawn.send("HEAD", "/process-definition/key/order/diff", headers={"Accept": SVG})
    assert (head.data, head.headers["ETag"]) == (b"", answer.headers["ETag"])
    known = ask(drawn, "/key/order/diff", SVG, **{"If-None-Match": answer.headers["ETag"]})
    assert (known.status_code, known.data, known.headers["Content-Security-Policy"]) == (
        304,
        b"",
        answer.headers["Content-Security-Policy"],
    )


@pytest.mark.parametrize("theme", THEMES)
def test_the_pictures_have_a_theme(drawn: Api, theme: str) -> None:
    answer = ask(drawn, f"/key/order/diff?theme={theme}", SVG)
    assert (answer.status_code, "<style>" in answer.text) == (200, theme != "light")
    assert ask(drawn, "/key/order/diff?theme=pink", SVG).status_code == 400
    assert ask(drawn, "/key/order/diff?theme=pink").status_code == 200


@pytest.mark.parametrize("version", [1, 2])
def test_a_side_without_picture_is_named_with_the_reason(drawn: Api, version: int) -> None:
    replace_file(drawn, ident(drawn, version), b"<definitions/>")
    status, kind, message, code = error_of(ask(drawn, "/key/order/diff", SVG))
    assert (status, kind, code) == (404, "InvalidRequestException", 0)
    assert message.startswith(f"There is no picture of the process definition {ident(drawn, version)}: The file has no")
    assert ask(drawn, "/key/order/diff").status_code == 200


@pytest.mark.parametrize("accept", [JSON, TEXT, MARKDOWN, SVG])
def test_a_large_file_is_not_compared(versions: Api, accept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limit, "MAX_ELEMENTS", 7)
    text = f"The file of the process definition {ident(versions, 3)} is not compared: The BPMN file has more than 7 XML elements."
    assert error_of(ask(versions, f"/{ident(versions, 3)}/diff/{ident(versions, 3)}", accept)) == (400, "ProcessEngineException", text, 0)
    monkeypatch.setattr(limit, "MAX_BYTES", len(THIRD) - 1)
    text = text.replace("7 XML elements", f"{len(THIRD) - 1} bytes")
    assert error_of(ask(versions, "/key/order/diff", accept)) == (400, "ProcessEngineException", text, 0)
    monkeypatch.setattr(limit, "MAX_BYTES", len(THIRD))
    monkeypatch.setattr(limit, "MAX_ELEMENTS", 8)
    assert ask(versions, "/key/order/diff", JSON).status_code == 200


HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "entities": "&lt;b&gt;&amp;amp;&#60;",
    "Markdown": "``` [x](javascript:alert(1)) | @mary <details> **",
    "lines": "\t\r\n--- a\n+++ b\n@@ -1 +1 @@",
    "right to left": "\u202ea\u2066b\u200f",
    "C1 and other controls": "\u0085\u009b31m\u2028\ufeff",
    "long": "x" * 10_000,
    "many words": "x " * 5_000,
    "beyond the basic plane": "😀" * 1_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_text(api: Api, name: str) -> None:
    text = quoteattr(HOSTILE[name], {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}).encode()
    api.deploy(("order.bpmn", DRAWN))
    api.deploy(("order.bpmn", DRAWN.replace(b'"Ship the goods"', text)))
    (changed,) = api.get("/process-definition/key/order/diff")["changed"]
    assert changed["facts"]["name"] == ["Ship the goods", HOSTILE[name]]
    shown = [ask(api, f"/key/order/{what}", accept) for what, accept in (("diff", TEXT), ("diff", MARKDOWN), ("outline", TEXT))]
    assert [answer.status_code for answer in shown] == [200, 200, 200]
    assert not {char for answer in shown for char in answer.text if not char.isprintable() and char not in "\n\t"}
    assert [line[:4] for line in shown[0].text.splitlines() if line.startswith(("---", "+++", "@@"))] == ["--- ", "+++ ", "@@ -"]
    for path in ("/key/order/diff", "/key/order/picture"):
        svg = etree.fromstring(ask(api, path, SVG).data)
        assert not [one for one in svg.iter() if etree.QName(one).localname in ("script", "img", "foreignObject")]


def test_markup_in_a_name_is_only_text(api: Api) -> None:
    for name in ("A", "<script>1</script> `x` @mary"):
        api.deploy(("a.bpmn", bpmn("a", name=name)))
    text = ask(api, "/key/a/diff", MARKDOWN).get_data(as_text=True)
    assert text.count("``<script>1</script> `x` @mary``") == text.count("<script>") == 2
    assert api.get("/process-definition/key/a/diff")["changed"][0]["facts"]["name"][0] == "A"
