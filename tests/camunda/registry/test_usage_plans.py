"""How the databases plan the statements of usage: none reads a whole table, and the page of a value needs no sorting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from procdef.query import ways
from procdef.query.within import MOST_FLAGGED
from procdef.settings import load
from procdef.store.store import Store
from tests.api import Api
from tests.camunda.registry.test_usage import CALLING, USAGE, VALUES, beginning, topic, using
from tests.conftest import DATABASES, make_database, running_app

SCAN = {
    "sqlite": re.compile(r"^SCAN t\d+(?! USING)|^SCAN .*procdef_us.*", re.MULTILINE),
    "postgres": re.compile(r"Scan.* on procdef_us\w+ (?!.*\n.*Index Cond).*"),
}
"""What a plan says of a table that is read as a whole."""
TABLES = "SELECT oid FROM pg_class WHERE relname ^@ 'procdef_' OR relname ^@ 'act_re_'"
FORGET = (
    f"DELETE FROM pg_statistic WHERE starelid IN ({TABLES})",
    f"UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE oid IN ({TABLES})",
)
SORT = {"sqlite": re.compile(r"FOR (LAST .*)?ORDER BY"), "postgres": re.compile(r"Limit.*\n\s+->\s+(Incremental )?Sort")}
PAGE = "&maxResults=5"
QUESTIONS = {
    "a value": (f"{USAGE}?kind=topic&value=hot{PAGE}", True),
    "a value, far in": (f"{USAGE}?kind=topic&value=hot&firstResult=3{PAGE}", False),
    "a value of active definitions": (f"{USAGE}?kind=topic&value=hot&active=true{PAGE}", True),
    "a value of latest definitions": (f"{USAGE}?kind=topic&value=hot&latestVersion=true{PAGE}", False),
    "the number of uses of a value of latest definitions": (f"{USAGE}/count?kind=topic&value=hot&latestVersion=true", False),
    "what a definition uses": ("/process-definition/{id}/usage", False),
    "the values that latest definitions use": (f"{VALUES}?latestVersion=true{PAGE}", False),
    "definitions that use a value": (f"/process-definition?uses=topic:hot{PAGE}", False),
    "definitions that use two values": (f"/process-definition?uses=topic:hot&uses=topic:other{PAGE}", False),
    "the number of definitions that use a value": ("/process-definition/count?uses=topic:hot", False),
    "callers": (f"/process-definition/{{id}}/{CALLING}?latestVersion=true{PAGE}", False),
}
"""Questions, each with whether its order is that of an index."""


@contextmanager
def statements(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """The statements that run inside, with their parameters."""
    found: list[tuple[str, Any]] = []

    def hook(event: Any) -> None:
        found.append((event.sql, event.params))

    store.database.query_hooks.append(hook)
    try:
        yield found
    finally:
        store.database.query_hooks.remove(hook)


def plan(store: Store, sql: str, parameters: Any) -> str:
    """How the database would run a statement. PostgreSQL reads a small table as a whole only if it has no other way.

    It must not know how small the tables are: what another test had in them has been counted or not.
    """
    if store.dialect.name == "sqlite":
        return "\n".join(row[3] for row in store.run(f"EXPLAIN QUERY PLAN {sql}", parameters))
    with store.connected():
        for name in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "enable_bitmapscan"):
            store.database.execute_sql(f"SET {name} = off")
        for statement in FORGET:
            store.database.execute_sql(statement)
        rows = store.database.execute_sql(f"EXPLAIN {sql}", parameters).fetchall()
        store.database.execute_sql("RESET ALL")
    return "\n".join(row[0] for row in rows)


@pytest.fixture(scope="module", params=DATABASES)
def used(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A store of its own: PostgreSQL plans by the size of the files, which the tests before have left behind in a shared one."""
    url = make_database(request, tmp_path_factory.mktemp("used"), "procdef_used")
    with running_app(load({"PROCDEF_DATABASE_URL": url, "PROCDEF_CACHE_SIZE": "0"})) as app:
        api = Api(app)
        for key in ("a", "b"):
            for _ in range(2):
                api.deploy((f"{key}.bpmn", using(key, topic("hot"), topic("hot"), topic("other"))))
        yield api


@pytest.mark.parametrize("elsewhere", [False, True])
@pytest.mark.parametrize("name", QUESTIONS)
def test_no_statement_reads_a_whole_table(used: Api, name: str, elsewhere: bool) -> None:
    path, is_ordered = QUESTIONS[name]
    ident = used.get("/process-definition")[0]["id"]
    kind = used.store.dialect.name
    with beginning(elsewhere=elsewhere), statements(used.store) as found:
        assert used.ask(*path.format(id=ident).split("?")).status_code == 200
    plans = [plan(used.store, sql, parameters) for sql, parameters in found if "procdef_use" in sql]
    assert [text for text in plans if SCAN[kind].search(text)] == []
    if is_ordered:
        assert [text for text in plans if SORT[kind].search(text)] == []


@pytest.mark.parametrize("most", [0, MOST_FLAGGED])
def test_the_latest_definitions_are_read_first_where_they_are_few(used: Api, most: int) -> None:
    """Looked up from each use they may come last. What is found is the same in both ways."""
    with patch.object(ways, "MOST_FLAGGED", most), statements(used.store) as found:
        rows = used.get("/process-definition/usage?latestVersion=true&maxResults=50")
    assert {row["processDefinitionVersion"] for row in rows} == {2}
    assert ["LIMIT 1), NULL) IS NOT NULL" in sql for sql, _ in found if "activityType" in sql] == [most == 0]


def test_a_statement_that_reads_a_whole_table_is_found(used: Api) -> None:
    kind = used.store.dialect.name
    text = plan(used.store, "SELECT t1.activity_id_ FROM procdef_use AS t1 WHERE t1.activity_type_ = 'task' ORDER BY t1.place_ LIMIT 5", ())
    assert SCAN[kind].search(text)
    assert SORT[kind].search(text)
