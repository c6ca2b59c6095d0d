from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.conftest import POSTGRES
from tests.servers import bring
from tests.servers.postgres import PostgresServer, oldest_and_newest

OWNER = """
import time
from tests.servers.postgres import find_programs, running

with running(find_programs()) as server:
    print(server.url, flush=True)
    time.sleep(60)
"""


def test_a_fresh_database_is_empty_though_its_name_was_used_and_is_still_connected(postgres_server: PostgresServer) -> None:
    with psycopg.connect(postgres_server.fresh_database("fresh")) as earlier:
        earlier.execute("CREATE TABLE leftover ()")
        earlier.commit()
        with psycopg.connect(postgres_server.fresh_database("fresh")) as later:
            assert later.execute("SELECT to_regclass('leftover')").fetchone() == (None,)


def test_the_server_ends_when_the_tests_are_killed(postgres_server: PostgresServer) -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        url = owner.stdout.readline().strip()
        psycopg.connect(f"{url}/postgres").close()
        owner.kill()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            psycopg.connect(f"{url}/postgres").close()
        except psycopg.OperationalError:
            return
        time.sleep(0.05)
    pytest.fail("the server still runs")


@pytest.mark.parametrize(
    ("found", "majors"),
    [([15, 18, 16], [15, 18]), ([18, 16], [16, 18]), ([17, 13], [13, 17]), ([], [15, 18]), ([15], [15, 18]), ([17], [15, 17, 18])],
    ids=str,
)
def test_the_oldest_and_the_newest_are_tested(found: list[int], majors: list[int]) -> None:
    assert oldest_and_newest(found) == majors


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("database", POSTGRES, indirect=True)
def test_the_server_has_the_version_of_the_test(postgres_server: PostgresServer, database: str) -> None:
    with psycopg.connect(postgres_server.fresh_database("version")) as connection:
        assert connection.info.server_version // 10_000 == int(database.removeprefix("postgres"))


BROUGHT = [
    ({15: "", 18: ""}, "", 0, []),
    ({15: ""}, "true", 1, ["Installing", "PostgreSQL 18 could not"]),
    ({15: ""}, "", 0, ["Installing", "PostgreSQL 18 could not"]),
    ({}, "true", 1, ["Installing", "Installing", "PostgreSQL 15 and 18 could not"]),
]


@pytest.mark.parametrize(("found", "ci", "status", "said"), BROUGHT)
def test_what_is_installed_is_said(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    found: dict[int, Path],
    ci: str,
    status: int,
    said: list[str],
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(bring, "find_servers", lambda: found)
    monkeypatch.setattr(bring, "_sources", lambda: [("one", (("true",),)), ("other", (("true",),))][: len(said) - 1])
    with pytest.raises(SystemExit) as ended:
        bring.main()
    assert ended.value.code == status
    lines = capsys.readouterr().err.splitlines()
    assert [line[: len(start)] for line, start in zip(lines, said, strict=True)] == said


def test_a_failed_installation_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    bring._install((("sh", "-c", "echo first >&2; echo no network >&2; exit 3"), ("sh", "-c", "echo never >&2")))
    assert capsys.readouterr().err == "sh -c 'echo first >&2; echo no network >&2; exit 3' failed: no network\n"
