"""What matters in an upload besides its files: the headers of its parts, timers and namespaces."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from procdef.store.registry import deployments
from tests.api import Api, error_of
from tests.samples import bpmn, form, form_of

FILE_NAMES = {
    "filename*=\"UTF-8''pr%C3%BCfung.bpmn\"": "prüfung.bpmn",
    "filename==?utf-8?B?cHLDvGZ1bmcuYnBtbg==?=": "prüfung.bpmn",
    'filename = "a.bpmn"': "a.bpmn",
    "filename*=UTF-8''one.bpmn; filename=two.bpmn": "two.bpmn",
}


@pytest.mark.parametrize("written", FILE_NAMES)
def test_a_file_name_is_read_however_it_is_written(api: Api, written: str) -> None:
    body, content_type = form_of([(f'form-data; name = "data"; {written}', bpmn("order"))])
    answer = api.send("POST", "/deployment/create", data=body, content_type=content_type)
    assert [item["resource"] for item in answer.get_json()["deployedProcessDefinitions"].values()] == [FILE_NAMES[written]]


def test_a_file_name_that_is_not_utf_8_is_refused_by_its_part(api: Api) -> None:
    header = 'form-data; name="data"; filename="prüfung.bpmn"'.encode("cp1252")
    body = b"--x\r\nContent-Disposition: " + header + b"\r\n\r\n" + bpmn("order") + b"\r\n--x--\r\n"
    answer = api.send("POST", "/deployment/create", data=body, content_type="multipart/form-data; boundary=x")
    assert (answer.status_code, answer.get_json()["type"]) == (400, "InvalidRequestException")
    assert answer.get_json()["message"].startswith("The header of the form's part 'data' is not UTF-8: ")
    assert api.get("/deployment/count") == {"count": 0}


@pytest.mark.parametrize("media", ["application/json", "application/octet-stream", "text/html"])
def test_a_field_of_any_content_type_is_read(api: Api, media: str) -> None:
    body, content_type = form_of(
        [
            (f'form-data; name="tenant-id"\r\nContent-Type: {media}', b"acme"),
            ('form-data; name="data"; filename="a.bpmn"', bpmn("order")),
        ]
    )
    assert api.send("POST", "/deployment/create", data=body, content_type=content_type).get_json()["tenantId"] == "acme"


CYCLE = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"><process id="{}" isExecutable="true">
<startEvent id="s"><timerEventDefinition><timeCycle>{}</timeCycle></timerEventDefinition></startEvent></process></definitions>"""


def test_a_start_timer_that_is_over(api: Api) -> None:
    cycle = "R3/2020-01-01T00:00:00Z/PT1H"
    files = [("a.bpmn", CYCLE.format("a", cycle).encode())]
    text = f"duedate is null: all times of the start timer '{cycle}' are past"
    assert error_of(api.upload(files)) == (400, "NullValueException", text, 0)
    body, content_type = form(files)
    found = api.send("POST", "/deployment/validate", data=body, content_type=content_type).get_json()
    assert (found["deployable"], found["resources"][0]["error"]["message"]) == (False, text)
    assert api.get("/deployment/count") == {"count": 0}


def test_a_version_is_restored_though_its_timer_is_over_by_now(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine then refuses to delete the version after it. A registry runs no timers, so it need not refuse."""
    monkeypatch.setattr(deployments, "moment", lambda: datetime(2020, 1, 1, tzinfo=UTC))
    api.deploy(("a.bpmn", CYCLE.format("a", "R3/2020-01-01T00:00:00Z/PT1H").encode()))
    monkeypatch.undo()
    api.deploy(("a.bpmn", bpmn("a")))
    newest = api.get("/process-definition/key/a")["id"]
    assert api.send("DELETE", f"/process-definition/{newest}").status_code == 200
    assert api.get("/process-definition/key/a")["version"] == 1


@pytest.mark.parametrize(
    ("executable", "status"), [("", 200), ('isExecutable="false"', 200), ('isExecutable="1"', 200), ('isExecutable="true"', 400)]
)
def test_only_an_executable_process_keeps_its_namespace(api: Api, executable: str, status: int) -> None:
    process = f'<process id="a" {executable}><startEvent id="s"/></process>'
    text = f'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://{"n" * 300}">{process}</definitions>'
    assert api.upload([("a.bpmn", text.encode())]).status_code == status


def test_the_first_refused_file_is_the_engines_first(api: Api) -> None:
    """The order is that of a Java hash map, as recorded on the engine."""
    bad = "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'><process id='{}' isExecutable='true'/></definitions>"
    for names, first in ((("x", "y"), "y"), (("y", "x"), "y"), (("zz", "b"), "zz"), (("a/q", "b", "c", "d"), "d")):
        answer = api.upload([(f"{name}.bpmn", bad.format(key).encode()) for key, name in zip("pqrs", names, strict=False)])
        assert list(answer.get_json()["details"]) == [f"{first}.bpmn"]
