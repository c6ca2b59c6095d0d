"""Backups: a restored store equals the old one, on either database and from an older schema; a damaged file changes nothing."""

from __future__ import annotations

import gzip
import hashlib
import resource
import stat
import threading
from collections.abc import Callable, Iterator, Sized
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procdef.errors import InvalidSetting, Unavailable
from procdef.settings import load
from procdef.store import backup, catalog
from procdef.store.backup_file import BackupError
from procdef.store.identity import sessions, tokens
from procdef.store.models import Definition, Deployment, Filling, Hook, MirroredEngine, Operation, Process, Setup
from procdef.store.registry.deployments import Upload, deploy, undeploy
from procdef.store.store import Store
from tests.api import Api, ReadOnlyWorld
from tests.conftest import DATABASES, POSTGRES, make_database, no_tables
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
    """Every row of every table except the revision, as a backup has them."""
    backup.write(store, path, replacing=True)
    found: Rows = {}
    for line in lines(path)[1:-1]:
        if isinstance(line, dict):
            found[line["table"]] = table = []
        else:
            table.append(line)
    return {name: sorted(rows, key=str) for name, rows in found.items()}


def numbers(store: Store) -> dict[str, int]:
    """The rows of each table but the dictionary, counted by the database itself."""
    with store.connected():
        database = store.database
        names = [name for name in catalog.tables(database) if name != "procdef_value"]
        return {name: database.execute_sql(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}


def upload(key: str) -> Upload:
    return Upload("n", None, None, [(f"{key}.bpmn", bpmn(key))])


MESSAGE = (
    f'<definitions xmlns="{MODEL}" targetNamespace="urn:m"><message id="m1" name="begin"/><process id="m" isExecutable="true">'
    '<startEvent id="s"><messageEventDefinition messageRef="m1"/></startEvent></process></definitions>'
).encode()
CALLS = bpmn("caller").replace(b'serviceTask id="work" c:type="external" c:topic="tests"', b'callActivity id="work" calledElement="order"')


OPERATION = {
    **{name: name for name in ("id", "operation_id", "user_id", "operation_type", "entity_type", "property", "category")},
    "timestamp": "2026-01-01 00:00:00.000",
}


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
        Setup.insert(id=1, hash="x", expires="2099-01-01 00:00:00.000").execute(database)
        Filling.insert(id=1, after="m", holder="", until="2026-01-01 00:00:00.000").execute(database)
        Hook.insert(id="h", url="https://a", secret="s", position=1, create_time="2026-01-01 00:00:00.000").execute(database)
        Operation.insert(OPERATION).execute(database)
    api.put("/process-definition/key/ten/suspended", {"suspended": True, "executionDate": "2099-01-01T00:00:00.000+0000"})
    form = b'{"id": "f", "type": "default", "components": []}'
    api.deploy(("f.form", form), ("x.bin", b"\xff\0\x01"), ("nothing", b""), ("m.bpmn", MESSAGE), ("c.bpmn", CALLS))
    surface = Processes(api.app)
    surface.load(file_of(exported("Known"), exported("Plain", Bpmn=None), More=1))
    tokens.create_token(api.store, "mary", "CI")
    sessions.begin(api.store, tokens.Owner("mary", None))
    api.send("POST", "/tenant/create", json={"id": "acme", "name": "Acme"})
    api.send("PUT", "/tenant/acme/user-members/mary")
    authorization = {"type": 1, "permissions": ["READ"], "resourceType": 6, "resourceId": "*", "userId": "mary"}
    api.send("POST", "/authorization/create", json=authorization)
    assert api.ask("/process-definition/key/ten/picture").status_code == 200
    assert {name for name, number in numbers(api.store).items() if not number} == set()
    return api.store


@pytest.mark.parametrize("kind", DATABASES)
def test_each_row_comes_back_on_either_database(filled: Store, other: Other, kind: str, tmp_path: Path) -> None:
    before = rows_of(filled, tmp_path / "file")
    restored = other(kind)
    contents = backup.restore(restored, tmp_path / "file")
    assert rows_of(restored, tmp_path / "again") == before
    counted = numbers(filled)
    assert numbers(restored) == {**counted, "procdef_picture": 0, "procdef_session": 0, "procdef_setup": 0}
    assert dict(contents.rows) == {name: number for name, number in counted.items() if number and name not in backup.LEFT_OUT}


def test_it_goes_on_as_the_first_would_have(filled: Store, other: Other, tmp_path: Path) -> None:
    highest = filled.read(Process.select(Process.id).order_by(Process.id.desc()))[0][0]
    undeploy(filled, deploy(filled, upload("gone")).id)
    backup.write(filled, tmp_path / "file")
    restored = other("sqlite" if filled.dialect.name == "postgres" else [*POSTGRES][-1])
    before = restored.everything.revision()
    backup.restore(restored, tmp_path / "file")
    assert restored.everything.revision() not in (before, filled.everything.revision())
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
    old = Store(load({"PROCDEF_DATABASE_URL": no_tables(request, tmp_path, "procdef_old", database)}))
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
    """Fails like a full disk."""
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
        small.database.execute_sql("VACUUM")  # the migrations leave free pages
        small.database.execute_sql("PRAGMA max_page_count = 1")  # the store has as many already
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
    before = store.everything.revision()
    with pytest.raises(BackupError, match=told):
        backup.restore(store, whole, replacing=True)
    assert store.everything.revision() == before


@pytest.mark.parametrize("line", [{"table": "act_re_deployment; --"}, {"table": "procdef_migration"}, {"columns": {"id_) --": "plain"}}])
def test_names_that_the_store_does_not_have_are_no_sql(store: Store, whole: Path, line: dict[str, Any]) -> None:
    some = lines(whole)
    packed_whole(whole, [{**one, **line} if isinstance(one, dict) and "table" in one else one for one in some[:-1]])
    before = numbers(store)
    with pytest.raises(BackupError, match=r"a table that the store does not have in this form|is no backup of procdef"):
        backup.restore(store, whole, replacing=True)
    assert numbers(store) == before


def without(name: str) -> Callable[[list[Any]], Any]:
    return lambda some: some[0].pop(name)


def at(number: int, **members: Any) -> Callable[[list[Any]], Any]:
    return lambda some: some[number].update(members)


def first_row(some: list[Any]) -> int:
    return next(number for number, line in enumerate(some) if isinstance(line, list))


def first_of(some: list[Any], kind: str) -> tuple[int, int]:
    """The line and the index of a value of a kind."""
    columns: list[str] = []
    for number, line in enumerate(some[1:], 1):
        if isinstance(line, dict):
            columns = list(line["columns"].values())
        elif kind in columns:
            return number, columns.index(kind)
    raise AssertionError(kind)


def value(kind: str, new: Any) -> Callable[[list[Any]], Any]:
    def change(some: list[Any]) -> None:
        number, place = first_of(some, kind)
        some[number][place] = new

    return change


WRONG: dict[str, Callable[[list[Any]], Any]] = {
    "the head is a list": lambda some: some.__setitem__(0, [1]),
    "no counters": without("counters"),
    "no procdef": without("procdef"),
    "no migrations": at(0, migrations=[]),
    "migrations are null": at(0, migrations=None),
    "migrations are no texts": at(0, migrations=[1, {}]),
    "some migrations": lambda some: some[0].update(migrations=some[0]["migrations"][:3]),
    "migrations in another order": lambda some: some[0]["migrations"].reverse(),
    "format version as text": at(0, formatVersion="x"),
    "counters as text": at(0, counters="x"),
    "an unknown counter": at(0, counters={"x; --": 5}),
    "a counter below zero": at(0, counters={"procdef_process": -5}),
    "a counter as text": at(0, counters={"procdef_process": "x"}),
    "a counter that is too large": at(0, counters={"procdef_process": 2**64 - 1}),
    "a table as number": at(1, table=1),
    "a table as list": at(1, table=["a"]),
    "a table without name": lambda some: some[1].pop("table"),
    "columns as list": lambda some: some[1].update(columns=list(some[1]["columns"])),
    "no columns": at(1, columns={}),
    "columns are missing": lambda some: some[1].pop("columns"),
    "a table twice": lambda some: some.append(some[1]),
    "the whole twice": lambda some: some.extend([*some, {"rows": 0, "sha256": ""}]),
    "no tables": lambda some: some.__delitem__(slice(1, None)),
    "a table is missing": lambda some: some.__delitem__(slice(max(n for n, line in enumerate(some) if isinstance(line, dict)), None)),
    "a table of the database": lambda some: some.append({"table": "sqlite_master", "columns": {"name": "plain"}}),
    "a row before the first table": lambda some: some.insert(1, [1, 2]),
    "a short row": lambda some: some[first_row(some)].pop(),
    "a long row": lambda some: some[first_row(some)].append(1),
    "an empty row": lambda some: some[first_row(some)].clear(),
    "a text as row": lambda some: some.__setitem__(first_row(some), "x"),
    "an object in a row": lambda some: some[first_row(some)].__setitem__(0, {"a": [1]}),
    "a row of nothing": lambda some: some.__setitem__(first_row(some), [None] * len(some[first_row(some)])),
    "a row twice": lambda some: some.insert(first_row(some), some[first_row(some)]),
    "bytes as number": value("bytes", 5),
    "bytes in no list": value("bytes", []),
    "no base64": value("bytes", ["é!"]),
    "base64 of no text": value("bytes", [None]),
    "a number that is too large": value("plain", 2**64 - 1),
}


def test_a_whole_file_that_is_no_backup_changes_nothing(filled: Store, tmp_path: Path) -> None:
    backup.write(filled, tmp_path / "file")
    before = numbers(filled)
    refused = []
    for name, change in WRONG.items():
        some = lines(tmp_path / "file")[:-1]
        change(some)
        packed_whole(tmp_path / "changed", some)
        try:
            backup.restore(filled, tmp_path / "changed", replacing=True)
        except BackupError as error:
            refused += [name] if 10 < len(str(error)) < 300 else []
    assert refused == list(WRONG)
    assert numbers(filled) == before


JUNK: Any = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
)
JUNK = st.recursive(JUNK, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(data=st.data())
def test_a_changed_backup_is_restored_as_it_is_or_refused(filled: Store, tmp_path: Path, data: st.DataObject) -> None:
    backup.write(filled, tmp_path / "file", replacing=True)
    some = lines(tmp_path / "file")[:-1]
    number = index(data, some)
    change = data.draw(st.sampled_from(["line", "member", "drop", "repeat", "byte"]))
    changes: dict[str, Callable[[], Any]] = {
        "line": lambda: some.__setitem__(number, data.draw(JUNK)),
        "member": lambda: some[number].__setitem__(keys_of(some[number])[index(data, some[number])], data.draw(JUNK)),
        "drop": lambda: some.pop(number),
        "repeat": lambda: some.insert(index(data, some), some[number]),
        "byte": lambda: some.__setitem__(number, mutated(some[number], data)),
    }
    changes[change]()
    packed_whole(tmp_path / "changed", some)
    before = numbers(filled)
    with suppress(BackupError):
        contents = backup.restore(filled, tmp_path / "changed", replacing=True)
        before = {**before, **dict.fromkeys(before, 0), **contents.rows, "procdef_revision": before["procdef_revision"]}
        assert contents.rows.total() == sum(isinstance(line, list) for line in some) > 0
    assert numbers(filled) == before
    backup.restore(filled, tmp_path / "file", replacing=True)


def index(data: st.DataObject, items: Sized) -> int:
    """An index of one of some items. The strategy does not depend on their number, which differs from one backup to the next."""
    return data.draw(st.integers(0, 10_000)) % max(len(items), 1)


def keys_of(line: Any) -> list[Any]:
    return list(line) if isinstance(line, dict) else list(range(len(line)))


def mutated(line: Any, data: st.DataObject) -> Any:
    """A line with one byte changed, if it is still JSON."""
    text = bytearray(orjson.dumps(line))
    text[index(data, text)] = data.draw(st.integers(0, 255))
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def test_a_database_without_a_store_is_not_backed_up(new_database_url: str, tmp_path: Path) -> None:
    nothing = Store(load({"PROCDEF_DATABASE_URL": new_database_url}))
    with pytest.raises((BackupError, InvalidSetting), match=r"There is no store"):
        backup.write(nothing, tmp_path / "file")
    nothing.close()
    assert list(tmp_path.iterdir()) == []
