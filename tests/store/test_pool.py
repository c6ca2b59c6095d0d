"""The pool of connections to PostgreSQL."""

from __future__ import annotations

import time
from pathlib import Path

import psycopg

from procdef.settings import load
from procdef.store.models import Revision
from procdef.store.store import Store
from tests.servers.postgres import PostgresServer

OTHERS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def test_a_connection_that_the_server_ended_is_replaced_and_not_used(postgres_server: PostgresServer) -> None:
    url = postgres_server.fresh_database("procdef_ended")
    store = Store(load({"PROCDEF_DATABASE_URL": url}))
    store.migrate()
    query = Revision.select(Revision.number)
    before = store.read(query)
    with psycopg.connect(url, autocommit=True) as admin:
        ended = [pid for (pid,) in admin.execute(OTHERS).fetchall()]
        assert ended
        admin.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", (ended,))
        while any(Path(f"/proc/{pid}").exists() for pid in ended):
            time.sleep(0.01)
        assert store.read(query) == before
        assert not {pid for (pid,) in admin.execute(OTHERS).fetchall()} & set(ended)
    store.close()
