"""What the role of the mirror may read: the role of the how-to page, and roles that may read less."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from procdef.attach.identity import bound_to
from procdef.attach.source import Source, SourceError
from procdef.store.models import Definition, Membership, Resource, User
from procdef.store.store import Store
from tests.api import Api
from tests.attach.engine import CAMUNDA, DEFINITIONS, OLDER, Engine
from tests.attach.test_identity import installation
from tests.attach.test_mirror import check_marks, done, mirror, texts

PAGE = Path(__file__).parents[2] / "docs/how-to/mirror-an-engine.md"
ROLE = "procdef_reader"
STAY = "those copied before stay as they are."
WITHOUT = "The rows are copied without these values."
FORM = "id_, rev_, key_, version_, deployment_id_, resource_name_"
SECRETS = """
CREATE TABLE act_ru_variable (id_ varchar(64), text_ varchar(4000));
CREATE TABLE act_ru_job (id_ varchar(64), exception_msg_ varchar(4000));
"""


@pytest.fixture
def reader(filled: Engine) -> Iterator[Engine]:
    """An engine that is read as a role that may read all of its tables, until something is revoked."""
    drop(filled)
    filled.run(f"CREATE ROLE {ROLE} LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {ROLE}")
    yield as_role(filled)
    drop(filled)


@pytest.fixture
def documented(filled: Engine) -> Iterator[Engine]:
    """An engine that is read as the role that the SQL of the how-to page makes."""
    drop(filled)
    filled.run(SECRETS)
    for block in re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL):
        filled.run(block)
    yield as_role(filled)
    drop(filled)


def drop(engine: Engine) -> None:
    if engine.ask(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'"):
        engine.run(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")


def as_role(engine: Engine) -> Engine:
    engine.url = engine.url.replace("postgres@", f"{ROLE}@")
    return engine


def let_read(engine: Engine, table: str, columns: str) -> None:
    """Let the role read only these columns of a table."""
    engine.run(f"REVOKE SELECT ON {table} FROM {ROLE}")
    if columns:
        engine.run(f"GRANT SELECT ({columns}) ON {table} TO {ROLE}")


def not_copied(engine: Engine) -> list[str]:
    with Source(engine.url, "UTC") as source:
        return source.not_copied()


def test_the_documented_role_mirrors_everything(documented: Engine, api: Api) -> None:
    summary = mirror(documented, api.store)
    assert (summary.not_copied, summary.skipped) == ([], {})
    assert (summary.added["definitions"], summary.added["resources"], summary.added["incidents"]) == (DEFINITIONS, DEFINITIONS, 21)
    assert (summary.added["users"], summary.added["memberships"], summary.added["identity links"]) == (10, 10, 2)
    assert bound_to(api.store)[CAMUNDA] == installation(documented)
    check_marks(api.store)
    assert api.get("/process-definition/first:1:x")["description"] == "One\n\nTwo"
    documented.url = documented.url.replace(ROLE, "postgres")
    assert done(mirror(documented, api.store)) == (0, 0, 0)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT pwd_ FROM act_id_user",
        "SELECT salt_ FROM act_id_user",
        "SELECT * FROM act_id_user",
        "SELECT bytes_ FROM public.act_ge_bytearray",
        "SELECT count(*) FROM public.act_ru_identitylink",
        "SELECT * FROM public.act_ge_property",
        "SELECT * FROM act_ru_variable",
        "SELECT * FROM act_ru_job",
        "DELETE FROM act_ge_bytearray",
        "UPDATE act_re_procdef SET rev_ = 2",
        "INSERT INTO act_ge_property VALUES ('a', 'b')",
    ],
)
def test_the_documented_role_is_refused_what_is_secret(documented: Engine, query: str) -> None:
    with psycopg.connect(documented.url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(query.encode())


def test_the_views_of_the_documented_role_have_nothing_secret(documented: Engine) -> None:
    with psycopg.connect(documented.url) as connection:
        assert connection.execute("SELECT count(*) FROM act_ge_bytearray WHERE name_ = 'a variable'").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM act_ru_identitylink WHERE type_ <> 'candidate'").fetchone() == (0,)
        assert connection.execute("SELECT name_ FROM act_ge_property").fetchall() == [(CAMUNDA,)]


@pytest.mark.parametrize(
    ("table", "readable", "line"),
    [
        ("act_ru_incident", "", f"the role may not read it. No incidents are copied; {STAY}"),
        ("act_id_user", "rev_", f"the role may not read id_. No users are copied and no memberships of new ones; {STAY}"),
        ("act_id_user", "id_, rev_, first_", f"the role may not read email_, last_. {WITHOUT}"),
        ("act_re_camformdef", FORM, f"the role may not read tenant_id_. No forms are copied; {STAY}"),
        ("act_ge_property", "name_", "no installation id can be read. The store is bound to the server and the database instead."),
    ],
)
def test_what_is_not_copied_is_said(reader: Engine, store: Store, table: str, readable: str, line: str) -> None:
    assert not_copied(reader) == []
    let_read(reader, table, readable)
    assert mirror(reader, store).not_copied == [f"{table}: {line}"]


def test_a_column_that_may_not_be_read_is_empty(reader: Engine, store: Store) -> None:
    let_read(reader, "act_id_user", "id_, last_")
    mirror(reader, store)
    assert store.read(User.select(User.rev, User.first).where(User.id == "user1")) == [(1, None)]
    assert len(texts(store, Membership, Membership.user_id)) == 10
    assert done(mirror(reader, store)) == (0, 0, 0)


def test_what_an_older_engine_does_not_have_is_said(filled: Engine) -> None:
    filled.run(OLDER)
    older = "this version of the engine has no"
    assert not_copied(filled) == [
        f"act_ge_bytearray: {older} create_time_, type_. {WITHOUT}",
        f"act_re_camformdef: there is no such table, or the role may not use its schema. No forms are copied; {STAY}",
        f"act_re_procdef: {older} history_ttl_, startable_, version_tag_. {WITHOUT}",
        f"act_ru_incident: {older} annotation_, failed_activity_id_, job_def_id_. {WITHOUT}",
    ]


@pytest.mark.parametrize(
    ("table", "readable", "refused"),
    [
        ("act_re_procdef", "id_, key_", "deployment_id_, resource_name_, suspension_state_, tenant_id_, version_"),
        ("act_ge_bytearray", "id_, name_, deployment_id_", "bytes_"),
        ("act_re_deployment", "id_, deploy_time_", "tenant_id_"),
    ],
)
def test_what_is_needed_must_be_readable(reader: Engine, store: Store, table: str, readable: str, refused: str) -> None:
    mirror(reader, store)
    let_read(reader, table, readable)
    with pytest.raises(SourceError, match=f"^The engine's database cannot be copied: {table}: the role may not read {refused}.$"):
        mirror(reader, store)
    assert len(texts(store, Definition, Definition.id)) == len(texts(store, Resource, Resource.id)) == DEFINITIONS


def test_rows_that_the_role_may_not_see_are_not_taken_to_be_gone(reader: Engine, store: Store) -> None:
    mirror(reader, store)
    reader.run("ALTER TABLE act_ru_incident ENABLE ROW LEVEL SECURITY")
    with pytest.raises(SourceError, match="row-level security"):
        mirror(reader, store)
