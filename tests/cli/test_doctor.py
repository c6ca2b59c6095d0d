"""`procdef doctor`: a line for each check, and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from procdef.cli import main
from procdef.client import contexts, secrets, target
from procdef.settings import OF_CLIENTS, load
from procdef.store import condition
from procdef.store.store import Store
from tests.cli.conftest import Procdef
from tests.conftest import DATABASES

Run = Callable[..., Result]
SERVER = "http://engine.example.org"


def run(*words: str, **environment: str | None) -> Result:
    """Runs the command without a store, a server and contexts."""
    clean = {"PROCDEF_DATABASE_URL": None, "PROCDEF_URL": None, "CAMUNDA_URL": None, "PROCDEF_CONTEXT": None, "PROCDEF_CONFIG": "/none"}
    return CliRunner().invoke(main, ["doctor", *words], env={**clean, **environment})


def found(done: Result) -> dict[str, tuple[str, str]]:
    """The state and what was found, by check."""
    return {row["check"]: (row["state"], row["found"]) for row in json.loads(done.stdout)}


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[httpx.MockTransport], None]:
    """Has a function answer instead of a server, in a folder without a store."""
    monkeypatch.chdir(tmp_path)
    client = httpx.Client

    def answer(transport: httpx.MockTransport) -> None:
        monkeypatch.setattr(httpx, "Client", lambda **options: client(**{**options, "transport": transport}))

    return answer


def engine(version: Any, headers: dict[str, str], status: int = 200) -> httpx.MockTransport:
    """A server of this version."""

    def answer(request: httpx.Request) -> httpx.Response:
        body = {"version": version} if request.url.path.endswith("/version") else []
        return httpx.Response(status, headers=headers, json=body)

    return httpx.MockTransport(answer)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """Every kind of database: the checks ask each for its version."""
    return str(request.param)


def test_a_store_in_order_has_no_problem(procdef: Procdef, database: str, database_url: str) -> None:
    store = Store(load({"PROCDEF_DATABASE_URL": database_url}))
    store.migrate()
    store.close()
    done = procdef("doctor", "--store")
    assert done.exit_code == 0, done.output
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [
        ["STATE", "CHECK"],
        ["ok", "settings"],
        ["ok", "store"],
        ["ok", "schema"],
        ["ok", "SQLite" if database == "sqlite" else "PostgreSQL"],
        ["ok", "disk"],
        ["ok", "contexts"],
        ["ok", "server"],
    ]


def test_pending_migrations_are_a_problem_and_are_not_applied(procdef: Procdef, database_url: str) -> None:
    store = Store(load({"PROCDEF_DATABASE_URL": database_url}))
    store.migrate()
    with store.connected():
        store.database.execute_sql("DELETE FROM procdef_migration WHERE name = '0025_sessions'")
    for _ in range(2):
        done = procdef("doctor", "--store", "-o", "json")
        assert (done.exit_code, found(done)["schema"]) == (1, ("problem", "1 migrations are pending, the first is 0025_sessions"))
    with store.connected():
        store.database.execute_sql("INSERT INTO procdef_migration (name, applied) VALUES ('9999_new', '2026-01-01 00:00:00')")
    store.close()
    assert "a newer procdef" in found(procdef("doctor", "--store", "-o", "json"))["store"][1]


def test_a_missing_store_is_a_problem_only_where_commands_ask_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("-o", "json")
    assert (done.exit_code, found(done)["store"][0]) == (1, "problem")
    done = run("-o", "json", "--url", "http://127.0.0.1:1")
    assert {name: state for name, (state, _) in found(done).items()} == {
        "settings": "ok",
        "store": "ok",
        "contexts": "ok",
        "server": "problem",
    }
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"PORT": "x"}, "settings"),
        ({"PROCDEF_WORKER": "1"}, "settings"),
        ({"PROCDEF_DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "store"),
        ({"PROCDEF_CONTEXT": "nobody"}, "contexts"),
        ({"PROCDEF_URL": "nowhere"}, "contexts"),
    ],
)
def test_what_is_wrong_is_named(environment: dict[str, str], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("-o", "json", **environment)
    assert (done.exit_code, found(done)[name][0]) == (1, "problem")
    assert all(row["todo"] for row in json.loads(done.stdout) if row["state"] == "problem")


@pytest.mark.parametrize(
    ("version", "headers", "kind"),
    [
        ("7.24.0", {}, "Camunda"),
        ("1.0.3", {}, "Operaton"),
        ("7.24.0", {"X-Total-Count": "0"}, "procdef"),
        (None, {}, "Operaton"),
    ],
)
def test_the_kind_of_the_server_is_told(answers: Callable[..., None], version: str, headers: dict[str, str], kind: str) -> None:
    answers(engine(version, headers))
    done = run("--url", SERVER, "-o", "json")
    assert done.exit_code == 0, done.output
    assert found(done)["server"][1].startswith(f"{SERVER}/engine-rest is {kind}, ")
    assert found(done)["clock"] == ("ok", "the server does not tell its time")


@pytest.mark.parametrize(("seconds", "state"), [(0, "ok"), (30, "ok"), (-30, "ok"), (3600, "problem"), (-3600, "problem")])
def test_the_clock_of_the_server_is_compared(answers: Callable[..., None], seconds: int, state: str) -> None:
    answers(engine("7.24.0", {"Date": format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)}))
    done = run("--url", SERVER, "-o", "json")
    assert (found(done)["clock"][0], done.exit_code) == (state, int(state == "problem"))


def test_credentials_that_are_not_accepted_are_a_problem(answers: Callable[..., None]) -> None:
    answers(engine("7.24.0", {}, 401))
    done = run("--url", SERVER, "-o", "json", PROCDEF_TOKEN="SECRET")
    assert found(done)["credentials"][0] == "problem"
    assert "SECRET" not in done.output


@pytest.mark.parametrize("message", ["HTTP 404 Not Found", "No process engine available"])
def test_a_wrong_path_is_a_problem_of_the_address(answers: Callable[..., None], message: str) -> None:
    answers(httpx.MockTransport(lambda _: httpx.Response(404, json={"message": message})))
    done = run("--url", f"{SERVER}/wrong", "-o", "json")
    assert (done.exit_code, found(done)["server"][0]) == (1, "problem")
    assert "credentials" not in found(done)
    assert "?." not in run("--url", f"{SERVER}/wrong").stdout


def test_a_wrong_context_is_no_problem_of_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    states = {name: state for name, (state, _) in found(run("--context", "nobody", "-o", "json")).items()}
    assert states == {"settings": "ok", "store": "ok", "contexts": "problem"}


def test_all_wrong_settings_are_named() -> None:
    text = found(run("-o", "json", "--url", SERVER, PORT="x", PROCDEF_WORKER="1"))["settings"][1]
    assert "PORT=" in text
    assert "PROCDEF_WORKER is not a setting" in text


def test_a_full_disk_is_a_problem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(condition, "LEAST_SPACE", 2**80)
    store = Store(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/p.db"}))
    store.migrate()
    store.close()
    done = run("-o", "json", PROCDEF_DATABASE_URL=store.settings.database_url)
    assert (done.exit_code, found(done)["disk"][0]) == (1, "problem")


def test_variables_of_the_client_are_no_unknown_settings() -> None:
    names = (contexts.CONFIG, target.CONTEXT, target.URL, secrets.TOKEN, secrets.USER, secrets.PASSWORD)
    assert set(names) == set(OF_CLIENTS)
    assert found(run("-o", "json", "--url", SERVER, **dict.fromkeys(names, "")))["settings"][0] == "ok"
