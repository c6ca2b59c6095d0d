from __future__ import annotations

import subprocess
import sys
import time

import psycopg
import pytest

from tests.servers.postgres import PostgresServer

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
