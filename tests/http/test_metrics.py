"""The metrics: who may read them, what they say of the store and of the workers, and that the limits hold."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import httpx
import orjson
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from procdef.camunda import surface
from procdef.camunda.openapi import text_of
from procdef.errors import Unavailable
from procdef.http import metrics
from procdef.http.metering import Meter, summed
from procdef.http.metrics import BUCKETS, OF_STORE, OF_WORKERS
from procdef.http.state import KEY, RequestState
from procdef.settings import load
from procdef.store import condition
from procdef.store.condition import note_copy
from procdef.store.jobs.scheduled_jobs import SUSPENSION, schedule, suspension
from procdef.store.models import Job
from tests.api import Api
from tests.conftest import ON_SQLITE, running_app
from tests.samples import bpmn
from tests.servers.procdef import process

ACCESS = [
    ("on", "", 200),
    ("on", "basic,token", 401),
    ("open", "basic,token", 200),
    ("open", "", 200),
    ("off", "", 404),
    ("off", "token", 401),
]


def samples(text: str) -> list[Sample]:
    return [sample for family in text_string_to_metric_families(text) for sample in family.samples]


def value(text: str, name: str, **labels: str) -> float:
    """The value of the only sample with this name and these labels, which may be some of its labels."""
    (found,) = (one.value for one in samples(text) if one.name == name and labels.items() <= one.labels.items())
    return found


def read(api: Api) -> str:
    answer = api.client.get("/metrics")
    assert (answer.status_code, answer.content_type, answer.headers["Cache-Control"]) == (200, metrics.MEDIA, "no-store")
    return answer.text


@pytest.fixture
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FlaskClient]:
    which, auth = request.param
    variables = {"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/p.db", "PROCDEF_METRICS": which, "PROCDEF_AUTH": auth}
    with running_app(load(variables)) as app:
        yield app.test_client()


@pytest.mark.parametrize(("client", "status"), [((which, auth), status) for which, auth, status in ACCESS], indirect=["client"])
def test_the_setting_says_who_may_read_them(client: FlaskClient, status: int) -> None:
    answer = client.get("/metrics")
    assert answer.status_code == status
    assert ("WWW-Authenticate" in answer.headers) is (status == 401)


@pytest.mark.parametrize("client", [("open", "basic,token")], indirect=True)
def test_opening_them_opens_nothing_else(client: FlaskClient) -> None:
    for path in ("/metrics/x", "/engine-rest/metrics", "/engine-rest/process-definition", "/engine-rest/deployment"):
        assert client.get(path).status_code == 401
    assert client.post("/metrics").status_code in (401, 405)


def test_a_store_tells_its_numbers(api: Api) -> None:
    before = value(read(api), "procdef_store_revision_changes_total")
    api.deploy(("order.bpmn", bpmn("order", versionTag='a"b\\')))
    api.deploy(("order.bpmn", bpmn("order", name="second")), ("other.bpmn", bpmn("other")), tenant_id="sales")
    text = read(api)
    assert value(text, "procdef_store_up") == 1
    assert value(text, "procdef_store_revision_changes_total") > before
    numbers = [value(text, f"procdef_{what}") for what in ("deployments", "definitions", "latest_definitions", "definition_info_left_out")]
    assert numbers == [2, 3, 3, 0]
    info = [one.labels for one in samples(text) if one.name == "procdef_definition_info"]
    assert sorted((row["key"], row["tenant"], row["version"], row["tag"]) for row in info) == [
        ("order", "", "1", 'a"b\\'),
        ("order", "sales", "1", ""),
        ("other", "sales", "1", ""),
    ]
    assert value(text, "procdef_store_bytes") > 100_000
    assert value(text, "procdef_build_info", database="sqlite" if "sqlite" in api.store.settings.database_url else "postgresql") == 1


def test_only_latest_versions_are_named(api: Api) -> None:
    for number in range(3):
        api.deploy(("order.bpmn", bpmn("order", name=str(number))))
    text = read(api)
    assert (value(text, "procdef_definition_info", key="order", version="3"), value(text, "procdef_definitions")) == (1, 3)
    assert value(text, "procdef_latest_definitions") == 1


@pytest.mark.parametrize(("most", "named"), [("0", 0), ("2", 2), ("3", 3)])
@ON_SQLITE
def test_at_most_so_many_definitions_are_named(database_url: str, most: str, named: int) -> None:
    with running_app(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_METRICS_DEFINITIONS": most})) as app:
        api = Api(app)
        api.deploy(*((f"{key}.bpmn", bpmn(key)) for key in ("a", "b", "c")))
        text = read(api)
    assert [one.labels["key"] for one in samples(text) if one.name == "procdef_definition_info"] == ["a", "b", "c"][:named]
    assert value(text, "procdef_definition_info_left_out") == 3 - named


def test_jobs_are_counted_by_their_state(api: Api) -> None:
    assert value(read(api), "procdef_job_oldest_due_seconds") == 0
    with api.store.write() as database:
        for due in ("2020-01-01 00:00:00.000", "2021-01-01 00:00:00.000", "2999-01-01 00:00:00.000"):
            schedule(database, SUSPENSION, due, suspension(suspended=True, key="order"))
        schedule(database, SUSPENSION, "2019-01-01 00:00:00.000", suspension(suspended=True, key="failed"))
        failed = Job.update(failed="2019-01-02 00:00:00.000", error="x").where(Job.due == "2019-01-01 00:00:00.000")
        failed.execute(database)
    text = read(api)
    assert [value(text, "procdef_jobs", state=state) for state in ("scheduled", "due", "failed")] == [1, 2, 1]
    age = datetime.now(UTC) - datetime(2020, 1, 1, tzinfo=UTC)
    assert value(text, "procdef_job_oldest_due_seconds") == pytest.approx(age.total_seconds(), abs=60)


def test_the_last_copy_of_a_mirror_has_a_time_and_changes_no_answer(api: Api) -> None:
    name = "procdef_mirror_last_copy_timestamp_seconds"
    assert name not in read(api)
    revision = api.store.everything.revision()
    for _ in range(2):
        note_copy(api.store)
    assert value(read(api), name) == pytest.approx(time.time(), abs=60)
    assert api.store.everything.revision() == revision


def test_a_store_that_is_away_is_told(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise Unavailable("No connection.")

    monkeypatch.setattr(condition, "sizes", fail)
    text = read(api)
    assert value(text, "procdef_store_up") == 0
    assert {one.name for one in samples(text) if one.name in {row.name for row in OF_STORE}} == {"procdef_build_info", "procdef_store_up"}


@ON_SQLITE
def test_writes_are_counted(api: Api) -> None:
    before = value(read(api), "procdef_writes_total")
    api.deploy(("order.bpmn", bpmn("order")))
    text = read(api)
    assert value(text, "procdef_writes_total") > before
    assert value(text, "procdef_write_wait_seconds_total") > 0


def test_a_pool_tells_who_waits(api: Api) -> None:
    text = read(api)
    if "sqlite" in api.store.settings.database_url:
        assert not [one for one in samples(text) if one.name == "procdef_pool_connections"]
        return
    assert value(text, "procdef_pool_connections", state="idle") >= 1
    size = api.store.settings.pool_size
    with ThreadPoolExecutor(size + 1) as pool:
        slow = [pool.submit(api.store.run, "SELECT pg_sleep(1)", ()) for _ in range(size + 1)]
        end = time.monotonic() + 30
        while (found := api.store.database.in_use())[2] == 0 and time.monotonic() < end:
            time.sleep(0.01)
        assert (found[0], found[2]) == (size, 1)
        for one in slow:
            one.result()
    assert api.store.database.in_use()[2] == 0


@given(st.lists(st.tuples(st.sampled_from(["GET", "POST", "BREW"]), st.integers(100, 599), st.floats(0, 100))))
def test_every_request_is_in_one_bucket_of_its_class(requests: list[tuple[str, int, float]]) -> None:
    meter = Meter(None)  # type: ignore[arg-type]
    for method, status, seconds in requests:
        meter.add({"REQUEST_METHOD": method, KEY: RequestState(template="/a/{id}" if status < 300 else None)}, status, seconds)
    found, _cached = summed(meter._queue)
    for labels, durations in found.items():
        mine = [
            seconds
            for method, status, seconds in requests
            if (method if method != "BREW" else "other", "/a/{id}" if status < 300 else "other", f"{status // 100}xx") == labels
        ]
        assert sum(durations.numbers) == len(mine)
        assert durations.seconds == pytest.approx(sum(mine))
        for bound, number in zip(BUCKETS, durations.numbers, strict=False):
            assert number <= sum(seconds <= bound for seconds in mine)
    assert sum(sum(one.numbers) for one in found.values()) == len(requests)
    assert not meter._queue


@ON_SQLITE
def test_requests_and_cached_answers_are_counted_once(api: Api) -> None:
    meter: Meter = api.app.extensions[metrics.METER]

    def count(state: RequestState) -> None:
        meter.add({"REQUEST_METHOD": "GET", KEY: state}, 200, 0.003)

    labels = {"method": "GET", "route": "/counted", "status": "2xx"}
    for cached in ("hit", "miss", None):
        count(RequestState(template="/counted", cached=cached))
    for _ in range(2):  # publishing again adds nothing
        text = read(api)
        assert value(text, "procdef_http_request_duration_seconds_count", **labels) == 3
        assert value(text, "procdef_http_request_duration_seconds_sum", **labels) == pytest.approx(0.009)
        assert value(text, "procdef_http_request_duration_seconds_bucket", le="0.002", **labels) == 0
        assert value(text, "procdef_http_request_duration_seconds_bucket", le="0.005", **labels) == 3
        assert value(text, "procdef_response_cache_requests_total", result="hit") == 1


def test_the_document_has_the_request() -> None:
    operation = orjson.loads(text_of(surface.ROUTES))["paths"]["/metrics"]["get"]
    assert list(operation["responses"]["200"]["content"]) == ["text/plain"]


@pytest.mark.parametrize("row", [*OF_WORKERS, *OF_STORE], ids=lambda row: row.name)
def test_every_metric_is_explained_and_named_as_prometheus_wants(row: metrics.Metric) -> None:
    assert row.help.endswith(".")
    assert row.name.startswith("procdef_")
    assert row.name.endswith("_total") is (row.kind == metrics.COUNTER)


def test_two_workers_give_one_sum_which_survives_a_worker(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    counted = {"method": "GET", "route": "/engine-rest/process-definition/{id}", "status": "4xx"}
    with process(tmp_path, PROCDEF_WORKERS="2", TMPDIR=str(tmp_path / "tmp")) as (base, _server):
        root = base.removesuffix("/engine-rest")

        def scraped() -> str:
            return httpx.get(f"{root}/metrics").text

        def ask(_number: int) -> None:
            httpx.get(f"{base}/process-definition/nothing")

        def wait_until(name: str, number: float, **labels: str) -> None:
            end = time.monotonic() + 30
            while not any(one.value == number for one in samples(scraped()) if one.name == name and labels.items() <= one.labels.items()):
                assert time.monotonic() < end, scraped()
                time.sleep(0.1)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(ask, range(60)))
        wait_until("procdef_http_request_duration_seconds_count", 60, **counted)
        wait_until("procdef_workers", 2)
        if shutil.which("promtool"):
            done = subprocess.run(["promtool", "check", "metrics"], input=scraped(), capture_output=True, text=True, check=False)
            assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        (folder,) = (tmp_path / "tmp").glob("procdef-metrics-*")
        worker = int(next(folder.glob("histogram_*.db")).stem.removeprefix("histogram_"))
        os.kill(worker, signal.SIGKILL)
        wait_until("procdef_workers", 1)
        wait_until("procdef_workers", 2)
        assert value(scraped(), "procdef_http_request_duration_seconds_count", **counted) == 60
    assert not folder.exists()


def test_without_metrics_there_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    with process(tmp_path, PROCDEF_METRICS="off", TMPDIR=str(tmp_path / "tmp")) as (base, _server):
        assert httpx.get(f"{base.removesuffix('/engine-rest')}/metrics").status_code == 404
        assert not list((tmp_path / "tmp").glob("procdef-metrics-*"))
