"""Failures of the store: how they are recognised, what clients get, what is logged, and how they end."""

from __future__ import annotations

import logging
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import apsw
import psycopg
import pytest
from peewee import DatabaseError, OperationalError
from playhouse.pool import MaxConnectionsExceeded

from procdef.errors import InvalidSetting, Unavailable, for_operator
from procdef.settings import load
from procdef.store import postgres, sqlite
from procdef.store.database import check_url
from procdef.store.failures import AWAY, BUSY, DAMAGED, FORBIDDEN, FULL, READ_ONLY, SLOW, Failure, Outages, cause_of, failure_of
from procdef.store.models import Definition
from procdef.store.store import Store
from tests.conftest import POSTGRES

sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
postgres_only = pytest.mark.parametrize("database", [*POSTGRES], indirect=True)


@pytest.fixture
def own(database_url: str) -> Iterator[Store]:
    """A store that the test may break."""
    made = Store(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_POOL_TIMEOUT": "2"}))
    made.migrate()
    yield made
    made.close()


def write(store: Store) -> None:
    with store.write():
        pass


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (apsw.BusyError("locked"), BUSY),
        (apsw.ReadOnlyError("read-only"), READ_ONLY),
        (apsw.FullError("full"), FULL),
        (apsw.CorruptError("malformed"), DAMAGED),
        (apsw.NotADBError("no database"), DAMAGED),
        (apsw.CantOpenError("none"), AWAY),
        (apsw.SQLError("no such column"), None),
        (psycopg.errors.ReadOnlySqlTransaction("read-only"), READ_ONLY),
        (psycopg.errors.LockNotAvailable("lock"), BUSY),
        (psycopg.errors.TooManyConnections("many"), BUSY),
        (psycopg.errors.DiskFull("full"), FULL),
        (psycopg.errors.QueryCanceled("slow"), SLOW),
        (psycopg.errors.AdminShutdown("end"), AWAY),
        (psycopg.errors.UndefinedColumn("column"), None),
        (psycopg.errors.InsufficientPrivilege("permission"), FORBIDDEN),
        (psycopg.errors.DataCorrupted("damaged"), DAMAGED),
        (psycopg.OperationalError("connection refused"), AWAY),
        (MaxConnectionsExceeded("all in use"), BUSY),
    ],
)
def test_errors_are_told_apart(error: Exception, failure: Failure | None) -> None:
    assert failure_of(error) == failure
    later = OperationalError("the connection is closed")
    later.__context__ = error  # Peewee's rollback leaves it so
    assert failure_of(later) == (AWAY if isinstance(error, MaxConnectionsExceeded) else failure)


def test_a_cause_is_one_line_without_passwords() -> None:
    error = psycopg.OperationalError("postgresql://me:top-secret@host failed\n  password=other-secret x")
    assert cause_of(error) == "postgresql://me:***@host failed password=*** x"


def test_a_cause_is_logged_once_and_again_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    outages = Outages()
    for _ in range(3):
        outages.refusal(AWAY, "refused")
        outages.refusal(FULL, "full")
    outages.over(changed=False)
    assert [record.message for record in caplog.records] == [f"{AWAY.text} refused", f"{FULL.text} full"]
    outages.over(changed=True)
    outages.over(changed=True)
    assert [record.message for record in caplog.records][2:] == ["The store answers again."]


def test_the_operator_gets_the_cause_and_the_client_does_not() -> None:
    error = Outages().refusal(AWAY, "connection refused")
    assert (str(error), for_operator(error)) == (AWAY.text, f"{AWAY.text} connection refused")


def test_a_missing_column_is_an_error_and_is_logged(own: Store, caplog: pytest.LogCaptureFixture) -> None:
    before = own.everything.revision()
    with own.connected():
        own.database.execute_sql("ALTER TABLE procdef_revision RENAME COLUMN token_ TO other_")
    for _ in range(2):
        with pytest.raises(DatabaseError):
            own.everything.revision()
    logged = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(logged) == 1
    assert "token_" in logged[0].message
    with own.connected():
        own.database.execute_sql("ALTER TABLE procdef_revision RENAME COLUMN other_ TO token_")
    assert own.everything.revision() == before


def test_a_newer_store_is_refused(own: Store) -> None:
    with own.connected():
        own.database.execute_sql("INSERT INTO procdef_migration (name, applied) VALUES ('0099_future', '2026-01-01')")
    with pytest.raises(InvalidSetting, match="0099_future"):
        own.migrate()


@pytest.mark.parametrize("left", [False, True], ids=["untouched", "with a history that is empty"])
def test_nothing_is_written_into_another_programs_database(new_database_url: str, left: bool) -> None:
    store = Store(load({"PROCDEF_DATABASE_URL": new_database_url}))
    if store.dialect.name == "sqlite":
        sqlite.make_file(store.database.path)
    with store.connected():
        store.database.execute_sql("CREATE TABLE act_ru_job (id_ integer)")
        if left:
            store.database.execute_sql("CREATE TABLE procdef_migration (name varchar(255))")
        before = store.database.get_tables()
    with pytest.raises(InvalidSetting, match="act_ru_job"):
        store.migrate()
    with store.connected():
        assert store.database.get_tables() == before
    store.close()


def test_the_files_are_for_one_user_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = Store(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/new/p.db"}))
    store.migrate()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    assert modes == dict.fromkeys(("p.db", "p.db-wal", "p.db-shm", "p.db.lock"), 0o600)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    (tmp_path / "new/p.db").chmod(0o644)
    store.restrict_permissions()
    assert stat.S_IMODE((tmp_path / "new/p.db").stat().st_mode) == 0o640
    assert "p.db could be read or written by every user" in caplog.text
    store.close()


def test_a_file_that_is_not_there_is_not_made_by_itself(tmp_path: Path) -> None:
    store = Store(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/none/p.db"}))
    with pytest.raises(InvalidSetting, match="There is no store at"):
        store.migrate(create=False)
    with pytest.raises(Unavailable):
        store.everything.revision()
    assert not (tmp_path / "none").exists()


@sqlite_only
@pytest.mark.parametrize("other", [None, b"another file"])
def test_another_file_at_the_path_is_not_used(own: Store, other: bytes | None) -> None:
    path = own.database.path
    before = own.everything.revision()
    path.rename(path.with_suffix(".away"))
    if other is not None:
        path.write_bytes(other)
    for use in (lambda: write(own), own.everything.revision, lambda: write(own)):
        with pytest.raises(Unavailable) as refused:
            use()
        assert str(path) in str(refused.value.cause)
    path.with_suffix(".away").rename(path)
    assert own.everything.revision() == before
    write(own)


@sqlite_only
def test_a_file_that_could_only_be_read_is_written_again(own: Store) -> None:
    own.close()
    own.database.connect_params["flags"] = apsw.SQLITE_OPEN_READONLY
    assert own.everything.revision()
    for _ in range(2):
        with pytest.raises(Unavailable, match="can only be read"):
            write(own)
        assert own.everything.revision()
    own.database.connect_params["flags"] = apsw.SQLITE_OPEN_READWRITE
    write(own)


@sqlite_only
def test_a_damaged_file_is_said_to_be(own: Store) -> None:
    own.close()
    path = own.database.path
    with path.open("r+b") as file:
        file.write(b"This is no database." * 10)
    with pytest.raises(Unavailable, match="damaged") as refused:
        own.everything.revision()
    assert refused.value.retry_after is None


@postgres_only
def test_one_that_waits_too_long_does_not_hold_up_the_others(own: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with own.connected():
        own.database.connection().patience = 0.2
        began = time.monotonic()
        with pytest.raises(OperationalError, match=r"no answer in 0\.2 seconds"):
            own.database.execute_sql("SELECT pg_sleep(2)")
        assert time.monotonic() - began < 1
    monkeypatch.setattr(postgres, "SILENCE", 0.4)
    own.database.silent("no answer")
    for _ in range(3):  # a request that is refused does not make the pause longer
        with pytest.raises(Unavailable, match="does not answer"):
            own.everything.revision()
        time.sleep(0.1)
    time.sleep(0.15)
    assert own.everything.revision()
    assert own.everything.revision()


@postgres_only
def test_a_statement_may_not_take_longer_than_the_setting(database_url: str) -> None:
    store = Store(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_STATEMENT_TIMEOUT": "1"}))
    store.migrate()
    with pytest.raises(Unavailable, match="took too long"), store.connected():
        store.database.execute_sql("SELECT pg_sleep(10)")
    with store.connected(), store.database.without_timeouts():
        store.database.execute_sql("SELECT pg_sleep(1.7)")
    assert store.read(Definition.select()) == []
    store.close()
    bulk = Store(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_STATEMENT_TIMEOUT": "1"}), bulk=True)
    with bulk.connected():
        bulk.database.execute_sql("SELECT pg_sleep(1.7)")
    bulk.close()


@postgres_only
def test_parameters_of_the_url_win(database_url: str) -> None:
    store = Store(
        load({"PROCDEF_DATABASE_URL": f"{database_url}?options=-c%20statement_timeout%3D7s&keepalives_idle=11&connect_timeout=9"})
    )
    with store.connected():
        assert store.database.execute_sql("SHOW statement_timeout").fetchone() == ("7s",)
        given = store.database.connection().info.get_parameters()
    assert (given["keepalives_idle"], given["connect_timeout"]) == ("11", "9")
    store.close()


@postgres_only
def test_a_user_who_may_not_create_tables(database_url: str, own: Store, caplog: pytest.LogCaptureFixture) -> None:
    for sql in (
        "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public",
        "DROP ROLE IF EXISTS procdef_nobody",
        "CREATE ROLE procdef_nobody LOGIN",
    ):
        with own.connected():
            own.database.execute_sql(sql)
    with own.connected():
        own.database.execute_sql("GRANT USAGE ON SCHEMA public TO procdef_nobody")
    nobody = Store(load({"PROCDEF_DATABASE_URL": database_url.replace("postgres@", "procdef_nobody@")}), quiet=True)
    with pytest.raises(Unavailable) as refused:
        nobody.migrate()
    nobody.close()
    for sql in ("DROP OWNED BY procdef_nobody", "DROP ROLE procdef_nobody"):
        with own.connected():
            own.database.execute_sql(sql)
    told = for_operator(refused.value)
    assert told.startswith("The user may not create or change tables in the database: make it the owner (ALTER DATABASE … OWNER TO …). ")
    assert "permission denied for schema public" in told
    assert caplog.records == []


def test_a_quiet_store_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    store = Store(load({"PROCDEF_DATABASE_URL": "postgresql://127.0.0.1:1/none"}), quiet=True)
    with pytest.raises(Unavailable, match="cannot be reached"):
        store.migrate()
    assert caplog.records == []


@pytest.mark.parametrize(
    ("url", "readable"),
    [
        ("postgresql://u:p@h:1/d", True),
        ("postgresql://u:p%2Fq@h/d?options=a@b", True),
        ("postgres://u:p@[::1]:5432/d", True),
        ("postgresql:///d?host=/run", True),
        ("postgresql://u@h:1,k:2/d", True),
        ("postgresql://u:a@b@h/d", True),
        ("postgresql://u:a/b@h/d", False),
        ("postgresql://u:1/b@h/d", False),
        ("postgresql://u:a?b@h/d", False),
        ("postgresql://u:a#b@h/d", False),
    ],
)
def test_a_password_that_is_not_encoded_is_seen(url: str, readable: bool) -> None:
    if readable:
        check_url(url, "X")
        return
    with pytest.raises(InvalidSetting, match=r"X cannot be read: .* / : @ \? # % in user and password .* %2F %3A %40 %3F %23 %25\."):
        check_url(url, "X")
