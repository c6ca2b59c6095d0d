"""Backups: what is restored is what was there, on either database and from an older schema; what is not whole changes nothing."""

from __future__ import annotations

import gzip
import hashlib
import resource
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from procdef.errors import InvalidSetting, Unavailable
from procdef.settings import load
from procdef.store import backup, catalog, tokens
from procdef.store.backup import BackupError
from procdef.store.deployments import Upload, deploy, undeploy
from procdef.store.models import Definition, Deployment, MirroredEngine, Process
from procdef.store.store import Store
from tests.api import Api, ReadOnlyWorld
from tests.conftest import DATABASES, POSTGRES, make_database
from tests.frends.files import Processes, exported, file_of
from tests.samples import MODEL, bpmn

Rows = dict[str, list[list[Any]]]
Other = Callable[[str], Store]


@pytest.fixture
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Other]:
    """Makes another store, empty, of a kind of database."""
    made: list[Store] = []

    def make(kind: str) -> Store:
        made.append(Store(load({"PROCDEF_DATABASE_URL": make_database(request, tmp_path, f"procdef_other{len(made)}", kind)}), bulk=True))
        made[-1].migrate()
        return made[-1]

    yield make
    for store in made:
        store.close()


def lines(path: Path) -> list[Any]:
    return [orjson.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def packed(path: Path, some: list[Any]) -> Path:
    path.write_bytes(gzip.compress(b"".join(orjson.dumps(line) + b"\n" for line in some)))
    return path


def packed_whole(path: Path, some: list[Any]) -> None:
    """A file whose last line agrees with the others."""
    text = b"".join(orjson.dumps(line) + b"\n" for line in some)
    end = {"rows": sum(isinstance(line, list) for line in some), "sha256": hashlib.sha256(text).hexdigest()}
    packed(path, [*some, end])


def rows_of(store: Store, path: Path) -> Rows:
    """Every row of every table but the revision, as a backup has them."""
    backup.write(store, path, replacing=True)
    found: Rows = {}
    for line in lines(path)[1:-1]:
        if isinstance(line, dict):
            found[line["table"]] = table = []
        else:
            table.append(line)
    return {name: sorted(rows, key=str) for name, rows in found.items()}


def numbers(store: Store) -> dict[str, int]:
    """The rows of each table, counted by the database itself."""
    with store.connected():
        database = store.database
        return {name: database.execute_sql(f"SELECT count(*) FROM {name}").fetchone()[0] for name in catalog.tables(database)}


def upload(key: str) -> Upload:
    return Upload("n", None, None, [(f"{key}.bpmn", bpmn(key))])


MESSAGE = (
    f'<definitions xmlns="{MODEL}" targetNamespace="urn:m"><message id="m1" name="begin"/><process id="m" isExecutable="true">'
    '<startEvent id="s"><messageEventDefinition messageRef="m1"/></startEvent></process></definitions>'
).encode()
CALLS = bpmn("caller").replace(b'serviceTask id="work" c:type="external" c:topic="tests"', b'callActivity id="work" calledElement="order"')


@pytest.fixture
def filled(api: Api) -> Store:
    """A store with something in every table that a client can fill."""
    ReadOnlyWorld(api.app)
    definition = api.get("/process-definition/key/ten")["id"]
    for ident in ("resolved", "open"):
        api.put(f"/incident/{ident}", {"processDefinitionId": definition, "incidentType": "failedJob", "configuration": ident})
    api.send("DELETE", "/incident/resolved")
    with api.store.write() as database:
        MirroredEngine.insert(kind="camunda.installation.id", value="an engine").execute(database)
    api.put("/process-definition/key/ten/suspended", {"suspended": True, "executionDate": "2099-01-01T00:00:00.000+0000"})
    form = b'{"id": "f", "type": "default", "components": []}'
    api.deploy(("f.form", form), ("x.bin", b"\xff\0\x01"), ("nothing", b""), ("m.bpmn", MESSAGE), ("c.bpmn", CALLS))
    surface = Processes(api.app)
    surface.load(file_of(exported("Known"), exported("Plain", Bpmn=None), More=1))
    tokens.create_token(api.store, "mary", "CI")
    assert {name for name, number in numbers(api.store).items() if not number} == set()
    return api.store


@pytest.mark.parametrize("kind", DATABASES)
def test_each_row_comes_back_on_either_database(filled: Store, other: Other, kind: str, tmp_path: Path) -> None:
    before = rows_of(filled, tmp_path / "file")
    restored = other(kind)
    contents = backup.restore(restored, tmp_path / "file")
    assert rows_of(restored, tmp_path / "again") == before
    counted = numbers(filled)
    assert numbers(restored) == counted
    assert dict(contents.rows) == {name: number for name, number in counted.items() if number and name != "procdef_revision"}


def test_it_goes_on_as_the_first_would_have(filled: Store, other: Other, tmp_path: Path) -> None:
    highest = filled.read(Process.select(Process.id).order_by(Process.id.desc()))[0][0]
    undeploy(filled, deploy(filled, upload("gone")).id)
    backup.write(filled, tmp_path / "file")
    restored = other("sqlite" if filled.dialect.name == "postgres" else [*POSTGRES][-1])
    before = restored.revision()
    backup.restore(restored, tmp_path / "file")
    assert restored.revision() not in (before, filled.revision())
    deploy(restored, upload("order"))
    assert restored.read(Process.select(Process.id).order_by(Process.id.desc()))[0][0] == highest + 2
    is_latest = (Definition.key == "order") & Definition.latest & Definition.tenant_id.is_null()
    assert restored.read(Definition.select(Definition.version).where(is_latest)) == [(4,)]


def test_only_an_empty_store_is_filled_unless_it_is_to_be_replaced(filled: Store, tmp_path: Path) -> None:
    before = rows_of(filled, tmp_path / "file")
    deploy(filled, upload("more"))
    with pytest.raises(BackupError, match=r"not empty \(it has rows in .*act_re_procdef.*--replace"):
        backup.restore(filled, tmp_path / "file")
    assert rows_of(filled, tmp_path / "other") != before
    backup.restore(filled, tmp_path / "file", replacing=True)
    assert rows_of(filled, tmp_path / "other") == before


def test_a_running_application_answers_what_was_restored(filled: Store, api: Api, tmp_path: Path) -> None:
    backup.write(filled, tmp_path / "file")
    deploy(filled, upload("more"))
    seen = api.ask("/process-definition/count")
    backup.restore(filled, tmp_path / "file", replacing=True)
    now = api.send("GET", "/process-definition/count", headers={"If-None-Match": seen.headers["ETag"]})
    assert (now.status_code, orjson.loads(now.data)["count"]) == (200, orjson.loads(seen.data)["count"] - 1)


def test_a_backup_beside_a_writer_is_of_one_moment(store: Store, database: str, other: Other, tmp_path: Path) -> None:
    deploy(store, upload("first"))
    end = threading.Event()

    def keep_writing() -> None:
        number = 0
        while not end.is_set():
            number += 1
            ident = deploy(store, upload(f"p{number}")).id
            if number % 3 == 0:
                undeploy(store, ident)

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        for number in range(5):
            backup.write(store, tmp_path / f"file{number}")
    finally:
        end.set()
        writer.join()
    restored = other(database)
    for number in range(5):
        found = backup.restore(restored, tmp_path / f"file{number}", replacing=True).rows
        assert found["act_re_deployment"] == found["act_re_procdef"] == found["act_ge_bytearray"] == found["procdef_process"] > 0
    assert len(restored.read(Deployment.select())) == found["act_re_deployment"]


NEWEST = catalog.known_migrations()


@pytest.mark.parametrize("count", [1, 4, 7, 11, len(NEWEST) - 1])
def test_a_backup_of_an_older_schema_is_brought_up_to_date(
    request: pytest.FixtureRequest, database: str, other: Other, tmp_path: Path, count: int
) -> None:
    old = Store(load({"PROCDEF_DATABASE_URL": make_database(request, tmp_path, "procdef_old", database)}))
    if database == "sqlite":
        Path(old.database.database).touch()
    with old.connected():
        catalog.migrate(old.database, NEWEST[count - 1])
    row = {"id": "d", "name": "kept", "deploy_time": "2026-01-01 00:00:00.000", "source": None, "tenant_id": ""}
    with old.connected():
        Deployment.insert(row).execute(old.database)
    assert backup.write(old, tmp_path / "file").migrations == NEWEST[:count]
    old.close()
    restored = other(database)
    contents = backup.restore(restored, tmp_path / "file")
    assert contents.rows["act_re_deployment"] == 1
    assert restored.read(Deployment.select(Deployment.id, Deployment.name, Deployment.source, Deployment.tenant_id)) == [
        ("d", "kept", None, "")
    ]


def test_a_file_is_not_overwritten_and_only_its_owner_reads_it(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "file"
    backup.write(store, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    with pytest.raises(BackupError, match=r"file is there already; --force"):
        backup.write(store, path)
    assert path.read_bytes() == before
    deploy(store, upload("more"))
    backup.write(store, path, replacing=True)
    assert path.read_bytes() != before
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_no_file_and_keeps_the_old_one(filled: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    backup.write(filled, folder / "file")
    before = (folder / "file").read_bytes()
    with files_of_at_most(1000), pytest.raises(BackupError, match=r"file cannot be written: File too large\."):
        backup.write(filled, folder / "file", replacing=True)
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [("file", before)]


def test_a_full_store_keeps_what_it_had(filled: Store, other: Other, tmp_path: Path) -> None:
    backup.write(filled, tmp_path / "file")
    small = other("sqlite")
    deploy(small, upload("kept"))
    before = numbers(small)
    with small.connected():
        small.database.execute_sql("PRAGMA max_page_count = 1")  # as many as there are already
    with pytest.raises(Unavailable):
        backup.restore(small, tmp_path / "file", replacing=True)
    assert numbers(small) == before


@pytest.fixture
def whole(store: Store, tmp_path: Path) -> Path:
    deploy(store, upload("kept"))
    backup.write(store, tmp_path / "whole")
    return tmp_path / "whole"


def changed(number: int, line: Any) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        some = lines(path)
        some[number] = {**some[number], **line} if isinstance(some[number], dict) else line
        packed(path, some)

    return change


NO_BACKUP = r"is no backup of procdef, or it is not whole\."


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), NO_BACKUP),
        (lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]), NO_BACKUP),
        (lambda path: path.write_bytes(b""), NO_BACKUP),
        (lambda path: path.write_bytes(b"<definitions/>"), NO_BACKUP),
        (lambda path: path.write_bytes(gzip.compress(b"<definitions/>\n\n")), NO_BACKUP),
        (lambda path: path.write_bytes(gzip.compress(b"{}\n{}\n")), r"is no backup of procdef\."),
        (lambda path: path.write_bytes(gzip.compress(b'{"format": "procdef backup"}\n{}\n')), r"is no backup of procdef\."),
        (lambda path: packed(path, lines(path)[:-1]), NO_BACKUP),
        (lambda path: packed(path, [*lines(path)[:-2], lines(path)[-1]]), NO_BACKUP),
        (changed(2, ["x"]), NO_BACKUP),
        (changed(-1, {"sha256": "0" * 64}), NO_BACKUP),
        (changed(0, {"migrations": ["0001_definitions", "9999_future"], "procdef": "9.9"}), r"was written by procdef 9\.9, which is newer"),
        (changed(0, {"formatVersion": 2}), r"which is newer than this one"),
        (Path.unlink, r"cannot be read: No such file or directory\."),
    ],
)
def test_a_file_that_is_wrong_changes_nothing(store: Store, whole: Path, spoil: Callable[[Path], None], told: str) -> None:
    spoil(whole)
    before = store.revision()
    with pytest.raises(BackupError, match=told):
        backup.restore(store, whole, replacing=True)
    assert store.revision() == before


@pytest.mark.parametrize("line", [{"table": "act_re_deployment; --"}, {"table": "procdef_migration"}, {"columns": {"id_) --": "plain"}}])
def test_names_that_the_store_does_not_have_are_no_sql(store: Store, whole: Path, line: dict[str, Any]) -> None:
    some = lines(whole)
    packed_whole(whole, [{**one, **line} if isinstance(one, dict) and "table" in one else one for one in some[:-1]])
    before = numbers(store)
    with pytest.raises(BackupError, match=r"The backup has a table that the store does not have in this form"):
        backup.restore(store, whole, replacing=True)
    assert numbers(store) == before


def test_a_database_without_a_store_is_not_backed_up(database_url: str, tmp_path: Path) -> None:
    nothing = Store(load({"PROCDEF_DATABASE_URL": database_url}))
    with pytest.raises((BackupError, InvalidSetting), match=r"There is no store"):
        backup.write(nothing, tmp_path / "file")
    nothing.close()
    assert list(tmp_path.iterdir()) == []
