"""Deployments: the parts of a form, refusals, and resources. A deployment is stored as a whole or not at all."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from procdef.settings import load
from procdef.store.registry.counting import MIN_FOR_BATCH
from tests.api import Api, ReadOnlyWorld, error_of
from tests.conftest import running_app
from tests.counting import executed
from tests.samples import bpmn, definitions, form, form_of, long_values, process

INVALID = "InvalidRequestException"
NO_FILE = {"type": INVALID, "message": "No deployment resources contained in the form upload.", "code": None}
NO_NAME = {"type": INVALID, "message": "No file name found in the deployment resource described by form parameter 'null'.", "code": None}
PERSISTENCE = "An exception occurred in the persistence layer."
EMPTY = ["/process-definition/count", "/deployment/count", "/incident/count"]


def post(api: Api, parts: list[tuple[str, bytes]]) -> Any:
    body, content_type = form_of(parts)
    return api.send("POST", "/deployment/create", data=body, content_type=content_type)


def test_the_answer(api: Api) -> None:
    done = api.deploy(("order.bpmn", bpmn("order", name="Order")), deployment_name="n", deployment_source="s", tenant_id="t")
    assert list(done) == [
        *("links", "id", "name", "source", "deploymentTime", "tenantId", "deployedProcessDefinitions", "deployedCaseDefinitions"),
        *("deployedDecisionDefinitions", "deployedDecisionRequirementsDefinitions"),
    ]
    href = f"http://127.0.0.1:8080/engine-rest/deployment/{done['id']}"
    assert done["links"] == [{"method": "GET", "href": href, "rel": "self"}]
    assert (done["name"], done["source"], done["tenantId"]) == ("n", "s", "t")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000", done["deploymentTime"])
    assert UUID(done["id"]).version == 1
    ((ident, definition),) = done["deployedProcessDefinitions"].items()
    assert definition == api.get(f"/process-definition/{ident}") == api.get("/process-definition")[0]
    assert re.fullmatch(rf"order:1:{UUID(ident.split(':')[2])}", ident)
    one = api.get(f"/deployment/{done['id']}")
    assert one == {"links": [], **{name: done[name] for name in ("id", "name", "source", "deploymentTime", "tenantId")}}
    assert api.get("/deployment") == [one]
    assert api.get("/deployment/registered") == [done["id"]]


def test_the_link_is_never_taken_from_the_request(api: Api) -> None:
    body, content_type = form([("a.txt", b"a")])
    headers = {"Host": "evil.localhost", "X-Forwarded-Host": "evil.example"}
    answer = api.send("POST", "/deployment/create", data=body, content_type=content_type, headers=headers)
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    ("parts", "status", "body"),
    [
        ([], 400, NO_FILE),
        ([('form-data; name="deployment-name"', b"n")], 400, NO_FILE),
        ([('form-data; name="deployment-name"; filename="a.bpmn"', bpmn("a"))], 400, NO_FILE),
        ([('form-data; name="data"', bpmn("a"))], 400, NO_NAME),
        ([('form-data; name="a"; filename="a.txt"', b"a"), ('form-data; name="data"', b"")], 400, NO_NAME),
    ],
)
def test_forms_without_files(api: Api, parts: list[tuple[str, bytes]], status: int, body: dict[str, Any]) -> None:
    answer = post(api, parts)
    assert (answer.status_code, answer.json) == (status, body)
    assert [api.get(path)["count"] for path in EMPTY] == [0, 0, 0]


@pytest.mark.parametrize(
    ("data", "content_type", "status", "kind"),
    [
        (b"{}", "application/json", 415, "NotSupportedException"),
        (b"a=b", "application/x-www-form-urlencoded", 415, "NotSupportedException"),
        (b"junk", "multipart/form-data", 400, "RestException"),
        (b"junk", "multipart/form-data; boundary=x", 400, INVALID),
        (b"", "multipart/form-data; boundary=x", 400, INVALID),
        (b"--x\r\nContent-Dis", "multipart/form-data; boundary=x", 400, None),
        (b"--x\r\n\r\n\r\n--x--", "multipart/form-data; boundary=x", 400, None),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--", "multipart/form-data; boundary=x", 400, None),
        (b"", None, 400, None),
    ],
)
def test_bodies_that_are_no_form(api: Api, data: bytes, content_type: str | None, status: int, kind: str | None) -> None:
    answer = api.send("POST", "/deployment/create", data=data, content_type=content_type)
    assert (answer.status_code, list(answer.get_json())) == (status, ["type", "message", "code"])
    assert kind is None or answer.get_json()["type"] == kind
    assert api.get("/deployment/count") == {"count": 0}


def test_parts_of_one_name_replace_each_other(api: Api) -> None:
    post(api, [('form-data; name="data"; filename="a.txt"', b"a"), ('form-data; name="data"; filename="b.txt"', b"b")])
    post(api, [('form-data; name="x"; filename="c.txt"', b"1"), ('form-data; name="y"; filename="c.txt"', b"2")])
    found = {
        deployment["id"]: [item["name"] for item in api.get(f"/deployment/{deployment['id']}/resources")]
        for deployment in api.get("/deployment")
    }
    assert sorted(found.values()) == [["b.txt"], ["c.txt"]]
    deployment = next(ident for ident, names in found.items() if names == ["c.txt"])
    resource = api.get(f"/deployment/{deployment}/resources")[0]["id"]
    assert api.ask(f"/deployment/{deployment}/resources/{resource}/data").data == b"2"


NAMES = [
    "a.txt",
    "dir/sub/a.txt",
    "../../etc/passwd",
    "C:\\\\x\\\\a.txt",
    "ü ñ 日本🚀.txt",
    "a%20b.txt",
    "a;b.txt",
    "a'b.txt",
    ".",
    "a,b=c.txt",
    "x" * 255,
]


@pytest.mark.parametrize("name", NAMES)
def test_names_and_bytes_are_kept(api: Api, name: str) -> None:
    data = bytes(range(256)) + b"\r\n--\r\n\xef\xbb\xbf"
    deployment = api.deploy((name, data))["id"]
    (resource,) = api.get(f"/deployment/{deployment}/resources")
    assert resource == {"id": resource["id"], "name": name, "deploymentId": deployment}
    assert api.get(f"/deployment/{deployment}/resources/{resource['id']}") == resource
    answer = api.ask(f"/deployment/{deployment}/resources/{resource['id']}/data")
    assert answer.data == data
    assert "\n" not in answer.headers["Content-Disposition"]


def test_values_that_are_together_too_long_for_an_index_of_postgresql_are_refused(api: Api) -> None:
    answer = api.upload([("long.bpmn", long_values())])
    if api.store.dialect.name == "sqlite":
        assert answer.status_code == 200
    else:
        text = "The key, the name and the other values are together too long for an index of the database."
        assert error_of(answer) == (400, "InvalidRequestException", text, None)
        assert api.get("/process-definition/count") == {"count": 0}
    api.deploy(("short.bpmn", bpmn("short")))


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 300_000])
def test_files_of_every_size(api: Api, size: int) -> None:
    data = (b"\r\n--x" * (size // 5 + 1))[:size]
    deployment = api.deploy(("a.bin", data))["id"]
    resource = api.get(f"/deployment/{deployment}/resources")[0]["id"]
    assert api.ask(f"/deployment/{deployment}/resources/{resource}/data").data == data


TYPES = [
    *((f"a.{suffix}", "application/xml") for suffix in ("bpmn", "cmmn", "dmn", "xml")),
    *((f"a.{suffix}", f"image/{suffix}") for suffix in ("png", "gif")),
    *((f"a.{suffix}", "image/jpeg") for suffix in ("jpg", "jpeg", "jpe")),
    *((f"a.{suffix}", "text/plain") for suffix in ("groovy", "java", "js", "php", "py", "rb", "txt")),
    *(
        (
            ("a.json", "application/json"),
            ("a.svg", "image/svg+xml"),
            ("a.tif", "image/tiff"),
            ("a.tiff", "image/tiff"),
            ("a.html", "text/html"),
        )
    ),
    *((name, "text/plain") for name in ("txt", "a.txt.", "a.txt..", "dir/a.txt")),
    ("bpmn", "application/xml"),
    ("svg", "image/svg+xml"),
    *((name, "application/octet-stream") for name in ("a.form", "a.md", "a.css", "a.TXT", "a", "a.bpmn20", "dir.xml/a", "dir/txt", "...")),
]


def test_content_types_of_resources(api: Api) -> None:
    parsed = {"a.bpmn": bpmn("x"), "bpmn": bpmn("y"), "a.form": b'{"id":"f"}'}
    files = [(name, parsed.get(name, b"<a/>")) for name, _ in TYPES]
    deployment = api.deploy(*files)["id"]
    ids = {resource["name"]: resource["id"] for resource in api.get(f"/deployment/{deployment}/resources")}
    for name, content_type in TYPES:
        answer = api.send("GET", f"/deployment/{deployment}/resources/{ids[name]}/data", headers={"Accept": "text/html"})
        assert (answer.status_code, answer.content_type) == (200, content_type), name
        assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{name.rpartition("/")[2]}"')


def test_resources_are_ordered_by_name(api: Api) -> None:
    deployment = api.deploy(*[(name, b"") for name in ("b", "a", "B", "ä", "_", "10", "2")])["id"]
    assert [resource["name"] for resource in api.get(f"/deployment/{deployment}/resources")] == ["10", "2", "B", "_", "a", "b", "ä"]


MISSING = [
    ("GET", "/nope", 404, INVALID, "Deployment with id 'nope' does not exist", None),
    ("DELETE", "/nope", 404, INVALID, "Deployment with id 'nope' do not exist", None),
    ("GET", "/nope/resources", 404, INVALID, "Deployment resources for deployment id 'nope' do not exist.", None),
    ("GET", "/nope/resources/x", 404, INVALID, "Deployment resources for deployment id 'nope' do not exist.", None),
    ("GET", "/{d}/resources/x", 404, INVALID, "Deployment resource with resource id 'x' for deployment id '{d}' does not exist.", None),
    (
        "GET",
        "/{d}/resources/{other}",
        404,
        INVALID,
        "Deployment resource with resource id '{other}' for deployment id '{d}' does not exist.",
        None,
    ),
    ("GET", "/nope/resources/x/data", 404, "NullValueException", "no resource found with id 'x' in deployment 'nope': resource is null", 0),
    (
        "GET",
        "/{d}/resources/{other}/data",
        404,
        "NullValueException",
        "no resource found with id '{other}' in deployment '{d}': resource is null",
        0,
    ),
]


@pytest.mark.parametrize(("method", "path", "status", "kind", "message", "code"), MISSING)
def test_what_is_missing(world: ReadOnlyWorld, method: str, path: str, status: int, kind: str, message: str, code: int | None) -> None:
    names = {"d": world.names["@deployment2"], "other": world.names["@resource1/order.bpmn"]}
    answer = world.send(method, "/deployment" + path.format_map(names))
    assert (answer.status_code, answer.json) == (status, {"type": kind, "message": message.format_map(names), "code": code})


FILES = [
    ("bpmn", True),
    ("x.bpmn", True),
    ("xbpmn", True),
    ("x.bpmn20.xml", True),
    ("xbpmn20.xml", True),
    ("x.BPMN", False),
    ("x.bpmn2", False),
    ("x.bpmn.xml", False),
    ("x.xml", False),
    ("x.bpmn ", True),
]


@pytest.mark.parametrize(("name", "parsed"), FILES)
def test_which_files_are_parsed(api: Api, name: str, parsed: bool) -> None:
    assert (api.deploy((name, bpmn("x")))["deployedProcessDefinitions"] is not None) is parsed
    assert api.upload([(name, b"no BPMN")]).status_code == (400 if parsed else 200)


@pytest.mark.parametrize("executable", ["false", "1", None])
def test_processes_that_are_not_executable_bring_nothing(api: Api, executable: str | None) -> None:
    data = bpmn("x", isExecutable=executable or "false")
    done = api.deploy(("x.bpmn", data if executable else data.replace(b' isExecutable="false"', b"")))
    assert done["deployedProcessDefinitions"] is None
    assert api.get("/process-definition/count") == {"count": 0}
    assert api.get("/deployment/count") == {"count": 1}


def test_values_of_a_process(api: Api) -> None:
    attributes = {"name": " a\nb ", "versionTag": " ", "historyTimeToLive": "P7D", "isStartableInTasklist": "TRUE"}
    api.deploy(("x.bpmn", bpmn("x", namespace="urn:c d", documentation=["  ", "one ", " two"], **attributes)))
    definition = api.get("/process-definition/key/x")
    assert (definition["name"], definition["versionTag"], definition["historyTimeToLive"], definition["startableInTasklist"]) == (
        " a\nb ",
        " ",
        7,
        True,
    )
    assert (definition["category"], definition["description"]) == ("urn:c d", "one\n\ntwo")


@pytest.mark.parametrize(("length", "readable"), [(1, True), (25, True), (26, False), (255, False)])
def test_ids_of_long_keys(api: Api, length: int, readable: bool) -> None:
    ident = next(iter(api.deploy(("x.bpmn", bpmn("k" * length)))["deployedProcessDefinitions"]))
    assert len(ident) <= 64
    assert ident.startswith("k" * length + ":1:") is readable
    assert UUID(ident.rpartition(":")[2]).version == 1
    assert api.get(f"/process-definition/{ident}/xml")["id"] == ident


DIAGRAMS = [
    (["x.png"], "x.png"),
    (["x.svg", "x.png"], "x.png"),
    (["x.x.gif", "x.jpg"], "x.jpg"),
    (["x.png", "x.x.png"], "x.x.png"),
    (["x.svg"], "x.svg"),
    (["x.jpeg", "X.png", "x.PNG", "x.bpmn.png", "dir/x.png", "y.png"], None),
]


@pytest.mark.parametrize(("images", "chosen"), DIAGRAMS)
def test_which_image_is_the_diagram(api: Api, images: list[str], chosen: str | None) -> None:
    api.deploy(*[(name, name.encode()) for name in images], ("x.bpmn", bpmn("x")))
    assert api.get("/process-definition/key/x")["diagram"] == chosen
    assert api.ask("/process-definition/key/x/diagram").data == (chosen or "").encode()


def test_a_later_deployment_has_not_the_diagram_of_an_earlier(api: Api) -> None:
    api.deploy(("x.bpmn", bpmn("x")), ("x.png", b"1"))
    api.deploy(("x.bpmn", bpmn("x")))
    assert [definition["diagram"] for definition in api.get("/process-definition?sortBy=version&sortOrder=asc")] == ["x.png", None]


STARTERS = [
    ("mary, john", {"mary", "john"}),
    ("mary,,john,", {"mary", "", "john"}),
    ("a$b,c}, x", {"a$b,c}", "x"}),
    ("mary,mary", {"mary"}),
    (" ", {""}),
]


@pytest.mark.parametrize(("text", "users"), STARTERS)
def test_candidate_starters(api: Api, text: str, users: set[str]) -> None:
    api.deploy(("x.bpmn", bpmn("x", candidateStarterUsers=text)))
    for user in ("mary", "john", "", "a$b,c}", "x", "Mary"):
        assert (api.keys({"startableBy": user}) == ["x"]) is (user in users), user


def test_candidate_groups_go_by_membership(world: ReadOnlyWorld) -> None:
    assert sorted(set(world.keys("startableBy=mary"))) == ["kyc", "order"]
    assert sorted(world.keys("startableBy=john&latestVersion=true")) == ["kyc", "order"]
    assert world.keys("startableBy=sales") == world.keys("startableBy=nobody") == []


REFUSED = [
    (
        "no XML",
        [("a.bpmn", b"hello")],
        "ProcessEngineException",
        "ENGINE-09003 Could not parse 'a.bpmn'. Content is not allowed in prolog.",
    ),
    ("empty", [("a.bpmn", b"")], "ProcessEngineException", "ENGINE-09003 Could not parse 'a.bpmn'. Premature end of file."),
    ("TTL", [("a.bpmn", bpmn("a", historyTimeToLive="x"))], "ParseException", "ENGINE-09005 Could not parse BPMN process. Errors: "),
    (
        "one key twice",
        [("a.bpmn", bpmn("a")), ("b.bpmn", bpmn("a"))],
        "ProcessEngineException",
        "The deployment contains definitions with the same key 'a' (id attribute), this is not allowed",
    ),
    ("long key", [("a.bpmn", bpmn("k" * 256))], "ProcessEnginePersistenceException", PERSISTENCE),
    ("long name", [("a.bpmn", bpmn("a", name="n" * 256))], "ProcessEnginePersistenceException", PERSISTENCE),
    ("long tag", [("a.bpmn", bpmn("a", versionTag="v" * 65))], "ProcessEnginePersistenceException", PERSISTENCE),
    ("long starter", [("a.bpmn", bpmn("a", candidateStarterUsers="u" * 256))], "ProcessEnginePersistenceException", PERSISTENCE),
    ("long file name", [("x" * 256, b"")], "ProcessEnginePersistenceException", PERSISTENCE),
    ("long category", [("a.bpmn", bpmn("a", namespace="u" * 256))], "ProcessEnginePersistenceException", PERSISTENCE),
]


@pytest.mark.parametrize(("files", "kind", "message"), [pytest.param(*case[1:], id=case[0]) for case in REFUSED])
def test_whole_or_nothing(api: Api, files: list[tuple[str, bytes]], kind: str, message: str) -> None:
    answer = api.upload([("good.bpmn", bpmn("good")), *files, ("readme.txt", b"x")], {"deployment-name": "n"})
    assert answer.status_code == 400
    assert answer.get_json()["type"] == kind
    assert answer.get_json()["message"].startswith(message)
    assert answer.get_json()["code"] == (10002 if kind == "ProcessEnginePersistenceException" else 0)
    assert [api.get(path)["count"] for path in EMPTY] == [0, 0, 0]
    assert api.deploy(("good.bpmn", bpmn("good")))["deployedProcessDefinitions"].popitem()[1]["version"] == 1


@pytest.mark.parametrize(("field", "length"), [("deployment-name", 256), ("deployment-source", 256), ("tenant-id", 65)])
def test_long_fields(api: Api, field: str, length: int) -> None:
    answer = api.upload([("a.txt", b"")], {field: "ü" * length})
    assert (answer.status_code, answer.get_json()["code"]) == (400, 10002)
    assert api.upload([("a.txt", b"")], {field: "ü" * (length - 1)}).status_code == 200


def test_a_nul_is_refused(api: Api) -> None:
    for field in ("deployment-name", "deployment-source", "tenant-id"):
        assert api.upload([("a.txt", b"")], {field: "a\0b"}).status_code == 400
    assert api.get("/deployment/count") == {"count": 0}


SECRET = "kept-on-this-host"


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE definitions SYSTEM "{0}">',
        '<!DOCTYPE definitions [<!ENTITY e SYSTEM "{0}">]>',
        "<!DOCTYPE definitions [<!ENTITY e 'x'>]>",
        "<!DOCTYPE definitions [<!ENTITY % e SYSTEM '{0}'> %e;]>",
        "<!DOCTYPE definitions>",
    ],
)
def test_a_doctype_is_refused(api: Api, tmp_path: Any, prolog: str) -> None:
    (tmp_path / "secret").write_text(SECRET)
    head, _, rest = bpmn("x", name="NAME").partition(b"\n")
    data = head + prolog.format((tmp_path / "secret").as_uri()).encode() + rest.replace(b"NAME", b"&e;")
    answer = api.upload([("x.bpmn", data)])
    assert (answer.status_code, answer.get_json()["type"]) == (400, "ProcessEngineException")
    assert "DOCTYPE is disallowed" in answer.get_json()["message"]
    assert SECRET not in answer.text


def test_an_xinclude_is_not_followed(api: Api, tmp_path: Any) -> None:
    (tmp_path / "secret").write_text(SECRET)
    include = f'<include xmlns="http://www.w3.org/2001/XInclude" href="{(tmp_path / "secret").as_uri()}" parse="text"/>'
    data = bpmn("x", documentation=["HERE"]).replace(b"HERE", include.encode())
    answer = api.upload([("x.bpmn", data)])
    assert SECRET not in answer.text
    assert not [definition for definition in api.get("/process-definition") if SECRET in str(definition)]


def test_the_parse_report_names_the_place(api: Api) -> None:
    answer = api.upload([("a.bpmn", bpmn("a", historyTimeToLive="-1"))])
    report = answer.get_json()
    assert list(report) == ["type", "message", "code", "details"]
    (problem,) = report["details"]["a.bpmn"]["errors"]
    assert list(problem) == ["message", "line", "column", "mainElementId", "\u0435lementIds"]
    text = "Cannot parse historyTimeToLive: negative value is not allowed"
    assert problem["message"] == f"{text}: {text}"
    assert report["details"]["a.bpmn"]["warnings"] == []


def test_without_any_history_time_to_live(database_url: str) -> None:
    with running_app(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_HISTORY_TIME_TO_LIVE": ""})) as app:
        api = Api(app)
        assert "ENGINE-12018" in api.upload([("a.bpmn", bpmn("a"))]).get_json()["message"]
        assert api.deploy(("a.bpmn", bpmn("a", historyTimeToLive="0")))["deployedProcessDefinitions"]
    settings = {"PROCDEF_HISTORY_TIME_TO_LIVE": "", "PROCDEF_ENFORCE_HISTORY_TIME_TO_LIVE": "false"}
    with running_app(load({"PROCDEF_DATABASE_URL": database_url, **settings})) as app:
        Api(app).deploy(("a.bpmn", bpmn("a")))
        assert Api(app).get("/process-definition/key/a")["historyTimeToLive"] is None


def test_limits_of_forms_and_files(database_url: str) -> None:
    limits = {"PROCDEF_MAX_PARTS": "3", "PROCDEF_MAX_FIELD": "20", "PROCDEF_MAX_ELEMENTS": "10", "PROCDEF_MAX_BODY": "5000"}
    with running_app(load({"PROCDEF_DATABASE_URL": database_url, **limits})) as app:
        api = Api(app)
        files = [(f"{number}.txt", b"") for number in range(4)]
        assert api.upload(files[:3]).status_code == 200
        for answer, limit in (
            (api.upload(files), "PROCDEF_MAX_PARTS"),
            (api.upload(files[:1], {"deployment-name": "x" * 21}), "PROCDEF_MAX_FIELD"),
            (api.upload([("a.bpmn", definitions(*(process(f"k{number}", work=f"w{number}") for number in range(3))))]), "elements"),
            (api.upload([("a.txt", b"x" * 5000)]), ""),
        ):
            assert answer.status_code == 413
            assert limit in answer.get_json()["message"]


def test_deleting_a_deployment(api: Api) -> None:
    first = api.deploy(("a.bpmn", bpmn("a", candidateStarterUsers="mary")), ("b.bpmn", bpmn("b")))["id"]
    second = api.deploy(("a.bpmn", bpmn("a")))["id"]
    ident = api.keys("key=a&version=2", member="id")[0]
    api.put("/incident/i1", {"processDefinitionId": ident, "incidentType": "t"})
    answer = api.send("DELETE", f"/deployment/{second}?cascade=true")
    assert (answer.status_code, answer.data) == (204, b"")
    assert api.keys("latestVersion=true") == ["a", "b"]
    assert api.get("/process-definition/key/a")["version"] == 1
    assert api.get("/incident/count") == {"count": 0}
    assert api.ask(f"/deployment/{second}/resources").status_code == 404
    assert api.send("DELETE", f"/deployment/{second}").status_code == 404
    assert api.send("DELETE", f"/deployment/{first}").status_code == 204
    assert [api.get(path)["count"] for path in EMPTY] == [0, 0, 0]


def test_the_number_of_statements_does_not_grow_with_the_files(api: Api) -> None:
    def counted(number: int) -> int:
        files = [(f"{part}.bpmn", bpmn(f"key{part}", candidateStarterUsers="mary,john")) for part in range(number)]
        with executed(api.store) as run:
            api.deploy(*files, ("readme.txt", b"x"))
        return len(run)

    few = counted(MIN_FOR_BATCH)
    assert counted(40) == few <= 16
