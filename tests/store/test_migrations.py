"""The schema's versions: from nothing, from each to the next, and by two processes at once."""

from __future__ import annotations

import json
import multiprocessing
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest
from peewee import IntegrityError
from playhouse.migrations import Runner

from procdef.camunda.tables.registry import DEFINITIONS
from procdef.frends.members import MEMBERS
from procdef.query.cache import ListQuery
from procdef.settings import load
from procdef.store import catalog, models
from procdef.store import store as store_module
from procdef.store.clock import now
from procdef.store.processes.json_template import fill, marker
from procdef.store.processes.versions import guid_of
from procdef.store.sqlite import make_file
from procdef.store.store import Store
from tests.samples import EXTENSIONS, MODEL
from tests.test_layout import imports, within

FOLDER = Path(store_module.__file__).with_name("migrations")
NAMES = sorted(path.stem for path in FOLDER.glob("[0-9]*.py"))
RELEASED = {
    "0001_definitions": "a5693bfe2214f6b6641738cd0bbf91c7",
    "0002_start_messages_and_jobs": "60cfd0f29939ff85a06b487e5faca5aa",
    "0003_incident_history": "826164fef1e18f579c845255bb1d5d10",
    "0004_processes": "2e09aa681e14adf63fd649b0ac1ca1f4",
    "0005_tokens": "d48a792d75328c2e10349b564c9627c5",
    "0006_forms": "7efbac763c8dcadb0974e8882af898b4",
    "0007_mirrored": "1ead72312e49132c9cba3e7049a5db8c",
    "0008_indexes": "644a266e9fa6e83ed00df4e11bffddda",
    "0009_latest_processes": "7e38e7136cf776577d7cf9f8d395156a",
    "0010_definitions_as_json": "001f69b5893ecaa87835dcda272a3371",
    "0011_files_with_places": "4f73ab3747b3ea89c42e8881b6881859",
    "0012_definitions_kept_as_json": "dd4bc3f4ffe6fe97533b7adeed9658d9",
    "0013_vacuum": "0a5f905d6b122f6d649e7ab051a82ea7",
    "0014_files_without_bpmn": "f73a6270e3be5f3abca5250532742249",
    "0015_failed_jobs": "13161dfee6be64b8ceaf8fdf7712d7d2",
    "0016_mirrored_engine": "b2423e1fd2d9626525be318f93aa2a55",
    "0017_moments_of_deviation": "99b68b9ecdd2e4c90d41d3270f03ac3e",
    "0018_far_pages": "1fa8db0ff957f2ef79e020d1991234dc",
    "0019_pictures": "1c04316a3fc78b47bc76bb736439911f",
    "0020_deployed_by": "de4581b1595407e164b434b8f892018f",
    "0021_usage": "ebefad512d90b76054495cf4f30c8cb7",
    "0022_dictionary": "1e58da1950c056269bef7bc6fad8eb8c",
    "0023_covering_indexes": "9223779cf2860019456fcfc7180a5e7e",
    "0024_batches": "2ec3061f7943d7c53ddf2acfac16227f",
    "0025_sessions": "71c78156eddf3d0cfd51b5703470c5ad",
    "0026_rights": "8c6b260005cf0dcdc4bb7f3ba22ea20c",
    "0027_events": "e375646b26cc157779a7106c56122e3c",
    "0028_logins": "30d806d04a10367f9ee735a7a083944b",
    "0029_roles": "f93e299c1dfc813348ac54f71a9907a6",
}
"""The beginning of the SHA-256 of each migration: what a store has been through never changes; a correction is a new migration."""


@pytest.fixture
def store(new_database_url: str) -> Iterator[Store]:
    """A store whose database is still empty."""
    made = Store(load({"PROCDEF_DATABASE_URL": new_database_url}))
    yield made
    made.close()


def is_own(name: str) -> bool:
    """Whether a table is one of procdef: SQLite has some that belong to its counters and its search."""
    return name.startswith(catalog.PREFIXES)


def tables(store: Store) -> set[str]:
    with store.connected():
        return {name for name in filter(is_own, store.database.get_tables()) if name != "procdef_migration"}


def indexes(store: Store) -> set[tuple[str, str, bool]]:
    with store.connected():
        return {
            (index.table, index.name, index.unique) for name in store.database.get_tables() for index in store.database.get_indexes(name)
        }


def columns(store: Store) -> dict[str, list[str]]:
    with store.connected():
        return {
            name: sorted(column.name for column in store.database.get_columns(name)) for name in filter(is_own, store.database.get_tables())
        }


def migrate_until(store: Store, folder: Path, count: int) -> list[str]:
    """Apply the first migrations only."""
    folder.mkdir(exist_ok=True)
    if store.dialect.name == "sqlite":
        make_file(store.database.path)
    for name in NAMES[:count]:
        shutil.copy(FOLDER / f"{name}.py", folder)
    with store.connected():
        return list(Runner(store.database, str(folder), table_name="procdef_migration").up())


def test_the_names_begin_with_numbers() -> None:
    numbers = [name.split("_")[0] for name in NAMES]
    assert len(set(numbers)) == len(numbers)
    assert {len(number) for number in numbers} == {4}


@pytest.mark.parametrize("name", NAMES)
def test_a_migration_never_changes(name: str) -> None:
    assert RELEASED.get(name) == sha256((FOLDER / f"{name}.py").read_bytes()).hexdigest()[:32]


@pytest.mark.parametrize("name", NAMES)
def test_a_migration_imports_nothing_of_the_application(name: str) -> None:
    assert [module for module in imports((FOLDER / f"{name}.py").read_text(), "") if within(module, {"procdef"})] == []


CALLER = f'''<?xml version="1.0" encoding="ISO-8859-1"?>
<b:definitions xmlns:b="{MODEL}" xmlns:c="{EXTENSIONS}" targetNamespace="t">
<b:process id="other" isExecutable="true"><b:callActivity calledElement="of the other"/></b:process>
<b:process id=" caller " name="ö" isExecutable="true"><!-- -->
  <b:callActivity calledElement="a"/><b:callActivity calledElement="a"/><b:callActivity calledElement="${{x}}"/><b:callActivity/>
  <b:callActivity calledElement="x" c:calledElementVersion="#{{x}}"/><b:callActivity calledElement="{"x" * 256}"/>
  <b:subProcess><b:transaction><b:callActivity calledElement="ü" c:calledElementTenantId="t"/></b:transaction></b:subProcess>
</b:process></b:definitions>'''


def test_processes_are_made_of_definitions(store: Store, tmp_path: Path) -> None:
    name = "0004_processes"
    migrate_until(store, tmp_path / "some", NAMES.index(name))
    time = "2026-01-01 00:00:00.500"
    common = {"deployment_id": "d", "rev": 1, "tenant_id": None}
    states = {"suspension_state": 1, "startable": True, "latest": True, "deploy_time": time}
    files = {"caller": CALLER.encode("latin-1"), "plain": CALLER.replace("ISO-8859-1", "UTF-8").encode(), "broken": b"<"}
    with store.connected():
        models.Deployment.insert(id="d", name="D", deploy_time=time).execute(store.database)
        for number, (key, data) in enumerate(files.items()):
            models.Resource.insert(id=key, name=key, bytes=data, **common).execute(store.database)
            row = {"id": key, "key": key, "version": number + 1, "resource_name": key, "version_tag": "7.8", **common, **states}
            models.Definition.insert(row).execute(store.database)
    store.migrate()
    calls = models.Call.select(models.Call.definition_id, models.Call.key).order_by(models.Call.key)
    assert store.read(calls) == [("caller", "a"), ("caller", "ü")]
    columns = ("key", "guid", "version", "name", "modified", "change_description", "major_version", "minor_version", "bpmn")
    found = store.read(models.Process.select(*(getattr(models.Process, column) for column in columns)).order_by(models.Process.version))
    texts = (CALLER, None, None)
    same = [("2026-01-01T00:00:00.500Z", "D", 7, 8, text) for text in texts]
    assert found == [(key, guid_of(None, key), number + 1, key, *same[number]) for number, key in enumerate(files)]


def test_from_nothing_to_all_tables_and_never_again(store: Store) -> None:
    assert store.migrate() == NAMES
    assert store.migrate() == []
    wanted = {
        model._meta.table_name: sorted(field.column_name for field in model._meta.sorted_fields) for model in models.Table.__subclasses__()
    }
    found = columns(store)
    assert tables(store) == set(wanted)
    written = {name: [column for column in found[name] if column != models.DEFINITION_JSON.name] for name in wanted}
    assert written == wanted


@pytest.mark.parametrize("count", range(1, len(NAMES)))
def test_each_version_goes_to_the_newest_and_keeps_what_is_there(store: Store, tmp_path: Path, count: int) -> None:
    assert migrate_until(store, tmp_path / "some", count) == NAMES[:count]
    row = {"id": "d", "name": "kept", "deploy_time": "2026-01-01 00:00:00.000", "source": None, "tenant_id": ""}
    with store.connected():
        models.Deployment.insert(row).execute(store.database)
    assert store.migrate() == NAMES[count:]
    time = store.read(models.Deployment.select(models.Deployment.deploy_time))[0][0]
    assert store.read(models.Deployment.select(*(getattr(models.Deployment, name) for name in row))) == [("d", "kept", time, None, "")]


def test_files_of_imports_are_completed(store: Store, tmp_path: Path) -> None:
    migrate_until(store, tmp_path / "some", NAMES.index("0011_files_with_places"))
    given = {"Name": "A", "Version": 1, "Bpmn": None, "Extra": [1.5, "ä"], "UniqueIdentifier": "G", "Modified": None}
    texts = {"guid": "g", "name": "B", "name_upper": "B", "modified": "then", "description": "d"}
    numbers = {"version": 3, "major_version": 3, "minor_version": 4}
    with store.connected():
        for number in range(120):
            file = json.dumps({**given, "Name": f"A{number}"}) if number else None
            models.Process.insert({**texts, **numbers, "version": number + 3, "latest": False, "file": file}).execute(store.database)
    store.migrate()
    none, *files = [text for (text,) in store.read(models.Process.select(models.Process.file).order_by(models.Process.version))]
    assert (none, len(files)) == (None, 119)
    for number, text in enumerate(files, 1):
        file = json.loads(fill(text, {"is_subprocess": True}))
        same = {"Name": f"A{number}", "Extra": [1.5, "ä"], "Modified": None}
        ours = {"Version": number + 3, "UniqueIdentifier": "g", "Bpmn": None, "IsSubprocess": True, "Description": "d", "Modifier": None}
        assert {key: file[key] for key in (*same, *ours)} == same | ours
        assert list(file)[: len(given)] == list(given)
        assert set(file) == {*given, *(row.key for row in MEMBERS if row.exported)}


BPMNS: list[dict[str, Any]] = [{}, {"bpmn": "<x/>"}, {"bpmn": ""}, {"deployment_id": "d", "resource_name": "x.bpmn"}, {"file": None}]


def test_a_file_without_bpmn_has_no_place_for_it(store: Store, tmp_path: Path) -> None:
    name = "0014_files_without_bpmn"
    migrate_until(store, tmp_path / "some", NAMES.index(name))
    row: dict[str, Any] = {"guid": "g", "name": "B", "name_upper": "B", "major_version": 3, "minor_version": 4, "latest": False}
    file = f'{{"Bpmn":{marker("bpmn")},"IsSubprocess":{marker("is_subprocess")}}}'
    with store.connected():
        for number, more in enumerate(BPMNS):
            models.Process.insert({**row, "version": number + 1, "file": file, **more}).execute(store.database)
    assert store.migrate()[0] == name
    found = [text for (text,) in store.read(models.Process.select(models.Process.file).order_by(models.Process.version))]
    assert found == [file.replace(marker("bpmn"), "null"), file, file, file, None]


def test_a_deviation_is_a_moment(store: Store, tmp_path: Path) -> None:
    name = "0017_moments_of_deviation"
    migrate_until(store, tmp_path / "some", NAMES.index(name))
    row: dict[str, Any] = {"guid": "g", "name": "B", "name_upper": "B", "major_version": 3, "minor_version": 4, "latest": False}
    kept = [None, '"a":1,"processTemplateDeviated":false,"b":2', '"processTemplateDeviated":true', '"processTemplateDeviated":null']
    with store.connected():
        for number, members in enumerate(kept, 1):
            models.Process.insert({**row, "version": number, "members": members}).execute(store.database)
    before = store.everything.revision()
    assert store.migrate()[0] == name
    found = [text for (text,) in store.read(models.Process.select(models.Process.members).order_by(models.Process.version))]
    assert found == [None, '"a":1,"processTemplateDeviated":null,"b":2', *['"processTemplateDeviated":null'] * 2]
    assert store.everything.revision() != before


def test_definitions_are_written_anew_with_what_belongs_to_them(store: Store, tmp_path: Path) -> None:
    name = "0012_definitions_kept_as_json"
    migrate_until(store, tmp_path / "some", NAMES.index(name))
    texts = {"suspension_state": 1, "startable": True, "latest": True, "deploy_time": "2026-01-01 00:00:00.000", "name": 'ä"'}
    incident = {"rev": 1, "timestamp": "2026-01-01 00:00:00.000", "type": "failedJob", "mirrored": False}
    with store.connected():
        for number in (3, 1, 2):
            row = {"id": f"d{number}", "rev": number, "key": f"k{number}", "version": number, "mirrored": False, **texts}
            models.Definition.insert(row).execute(store.database)
        models.Incident.insert({"id": "i", "definition_id": "d1", **incident}).execute(store.database)
    select = models.Definition.select(models.Definition, models.DEFINITION_JSON).order_by(models.Definition.id)
    before, there = store.read(select), {index for index in indexes(store) if index[0] == "act_re_procdef"}
    assert migrate_until(store, tmp_path / "some", NAMES.index(name) + 1) == [name]
    assert {index for index in indexes(store) if index[0] == "act_re_procdef"} >= there
    assert (store.migrate(), store.read(select)) == (NAMES[NAMES.index(name) + 1 :], before)
    there = indexes(store)
    with store.connected():
        store.database.execute_sql(f"DELETE FROM procdef_migration WHERE name = '{name}'")
    assert (store.migrate(), store.read(select), indexes(store)) == ([name], before, there)
    with store.connected(), pytest.raises(IntegrityError):
        models.Incident.insert({"id": "j", "definition_id": "nowhere", **incident}).execute(store.database)


def test_who_deployed_is_known_from_the_processes(store: Store, tmp_path: Path) -> None:
    name = "0020_deployed_by"
    migrate_until(store, tmp_path / "some", NAMES.index(name))
    modifiers = {"d1": "mary", "d2": None, "d3": "file's", "d4": "x" * 300}
    with store.connected():
        for number, (ident, modifier) in enumerate(modifiers.items()):
            sql = "INSERT INTO act_re_deployment (id_, deploy_time_) VALUES ('{}', '2026-01-01 00:00:00.000')"
            store.database.execute_sql(sql.format(ident))
            row = {"guid": ident, "version": 1, "latest": True, "name": "n", "name_upper": "N", "major_version": 1, "minor_version": number}
            file = {"file": "{}"} if ident == "d3" else {}
            models.Process.insert({**row, "deployment_id": ident, "modifier": modifier, **file}).execute(store.database)
    store.migrate()
    found = store.read(models.Deployment.select(models.Deployment.id, models.Deployment.deployed_by).order_by(models.Deployment.id))
    assert dict(found) == {"d1": "mary", "d2": None, "d3": None, "d4": None}


STATISTICS = "SELECT idx, stat FROM sqlite_stat1"
UNMARK = """
    UPDATE act_re_procdef SET latest_ = false
    WHERE latest_ = true AND key_ IN (SELECT value FROM json_each('[]')) AND tenant_id_ IS NULL
"""


def test_the_indexes_can_be_made_again_after_an_interruption(store: Store) -> None:
    store.migrate()
    name, before, there = "0023_covering_indexes", store.everything.revision(), indexes(store)
    is_sqlite = store.dialect.name == "sqlite"
    statistics = sorted(store.run(STATISTICS, ())) if is_sqlite else []
    with store.connected():
        store.database.execute_sql("DROP INDEX procdef_order_version")
        store.database.execute_sql(f"DELETE FROM procdef_migration WHERE name = '{name}'")
    assert (store.migrate(), indexes(store), store.everything.revision()) == ([name], there, before)
    assert not is_sqlite or sorted(store.run(STATISTICS, ())) == statistics != []


def test_a_definition_with_long_values_does_not_stop_the_upgrade(store: Store, tmp_path: Path) -> None:
    migrate_until(store, tmp_path / "some", NAMES.index("0023_covering_indexes"))
    key, name = ("".join(map(chr, Random(1).choices(range(first, first + 20_000), k=255))) for first in (0x4E00, 0x20000))
    row = {"id": "a", "rev": 1, "key": key, "name": name, "name_upper": name, "version": 1, "suspension_state": 1, "startable": True}
    with store.write() as database:
        models.Definition.insert({**row, "latest": True, "deploy_time": now()}).execute(database)
    store.migrate()
    names = {name for table, name, _ in indexes(store) if table == "act_re_procdef"}
    assert {"procdef_order_name", "procdef_order_name_latest", "procdef_order_id"} < names
    assert store.everything.count(DEFINITIONS, ListQuery({"key": key})).text == "1"


def test_sqlite_begins_with_the_key_and_not_with_the_tenant(store: Store) -> None:
    store.migrate()
    if store.dialect.name == "sqlite":
        plan = [str(row[3]) for row in store.run(f"EXPLAIN QUERY PLAN {UNMARK}", ())]
        assert any("key" in line and "(key_=?)" in line for line in plan), plan


def test_the_way_does_not_change_the_goal(store: Store, tmp_path: Path) -> None:
    for count in range(1, len(NAMES) + 1):
        migrate_until(store, tmp_path / "steps", count)
    by_steps = columns(store), indexes(store)
    straight = Store(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/straight.db"}))
    straight.migrate()
    if store.dialect.name == "sqlite":
        assert (columns(straight), indexes(straight)) == by_steps
    assert tables(straight) == set(by_steps[0]) - {"procdef_migration"}
    straight.close()


def test_a_migration_that_fails_leaves_nothing(store: Store, tmp_path: Path) -> None:
    store.migrate()
    before = tables(store)
    folder = tmp_path / "broken"
    shutil.copytree(FOLDER, folder)
    text = 'def up(migrator, db):\n    db.execute_sql("CREATE TABLE half (a integer)")\n    raise ValueError\n'
    (folder / "9999_broken.py").write_text(text)
    with store.connected(), pytest.raises(ValueError, match=r"^$"):
        Runner(store.database, str(folder), table_name="procdef_migration").up()
    assert tables(store) == before


def _migrate(url: str, answers: Any) -> None:
    store = Store(load({"PROCDEF_DATABASE_URL": url}))
    answers.put(store.migrate())
    store.close()


def test_of_several_processes_one_migrates(new_database_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    processes = [context.Process(target=_migrate, args=(new_database_url, answers)) for _ in range(3)]
    for process in processes:
        process.start()
    applied = [answers.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(60)
    assert sorted(applied) == [[], [], NAMES]


def test_postgresql_sweeps_soon(store: Store) -> None:
    store.migrate()
    if store.dialect.name == "postgres":
        with store.connected():
            found = store.database.execute_sql("SELECT relname FROM pg_class WHERE 'vacuum_index_cleanup=on' = ANY(reloptions) ORDER BY 1")
            assert [name for (name,) in found] == [
                *("act_re_deployment", "act_re_procdef"),
                *("procdef_name", "procdef_process", "procdef_usage", "procdef_use"),
            ]


def test_the_unique_indexes(store: Store) -> None:
    store.migrate()
    unique = [name for table, name, is_unique in indexes(store) if table == "act_re_procdef" and is_unique and name.startswith("procdef_")]
    assert len(unique) == 4
    store.close()
