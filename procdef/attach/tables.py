"""The mirrored tables: an entry for each table of an engine that is copied, with the special rules for writing its rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Database

from procdef.attach import definitions
from procdef.attach.files import Row
from procdef.attach.mirrored import Additions, MirroredTable
from procdef.store import bulk
from procdef.store.events import log
from procdef.store.incidents import lifecycle
from procdef.store.models import Definition, Deployment, Form, Group, HistoricIncident, IdentityLink, Incident, Membership, Resource, User
from procdef.store.registry import events, forms
from procdef.store.registry.definitions import delete_where

SIZE = "(SELECT coalesce(sum(octet_length(bytes_)), 0)::bigint FROM act_ge_bytearray b WHERE b.deployment_id_ = t.id_)"
NEWEST_FIRST = "ORDER BY deploy_time_ DESC NULLS LAST, id_"


@dataclass(frozen=True)
class WithMembers(MirroredTable):
    """Users or groups. Their memberships are removed with them; `member` is the field of a membership that refers to them."""

    member: str = ""

    def remove(self, database: Database, keys: Sequence[Row], *, with_history: bool = False) -> None:
        """Delete the memberships first."""
        bulk.delete(database, Membership, [{self.member: row["id"]} for row in keys])
        super().remove(database, keys, with_history=with_history)


@dataclass(frozen=True)
class Deployments(MirroredTable):
    """Deployments. Their definitions, forms and files are removed with them."""

    def add(self, database: Database, rows: Sequence[Row], additions: Additions) -> Sequence[Row]:
        """Insert them, with an event for each."""
        added = super().add(database, rows, additions)
        log.write(database, events.created({field: row[field.name] for field in events.DEPLOYMENT} for row in added))
        return added

    def remove(self, database: Database, keys: Sequence[Row], *, with_history: bool = False) -> None:
        """Delete their definitions, forms and files first."""
        ids = [row["id"] for row in keys]
        gone = events.deployments_of(database, bulk.one_of(database, Deployment.id, ids))
        delete_where(database, Definition.deployment_id.in_(ids))
        for ident in ids:
            forms.undeploy(database, ident)
        bulk.delete(database, Resource, [{"deployment_id": ident} for ident in ids])
        super().remove(database, keys, with_history=with_history)
        log.write(database, events.deleted(gone))


@dataclass(frozen=True)
class Resources(MirroredTable):
    """Files. A definition is made from its file, so a changed file replaces its definitions."""

    def change(self, database: Database, rows: Sequence[Row]) -> None:
        """Delete the definitions of these deployments too. They are then missing, and are added again from the new files."""
        super().change(database, rows)
        deployments: list[Any] = list({row["deployment_id"] for row in rows})
        delete_where(database, DEFINITIONS.is_mirrored & Definition.deployment_id.in_(deployments))


@dataclass(frozen=True)
class Definitions(MirroredTable):
    """Definitions, with the facts that only the store has."""

    def without(self, rows: Sequence[Row], skipped: Collection[str]) -> list[Row]:
        """The rows without skipped definitions, which are given by id."""
        return [row for row in rows if row["id"] not in skipped]

    def add(self, database: Database, rows: Sequence[Row], additions: Additions) -> Sequence[Row]:
        """Insert definitions whose key, tenant and version are free. If removals are held back, those of gone definitions are not free."""
        among = definitions.IS_ANY if additions.removals_held_back else definitions.IS_OWN
        return definitions.add(database, rows, additions.files, among=among)

    def change(self, database: Database, rows: Sequence[Row]) -> None:
        """Update the fields of definitions that an engine changes."""
        definitions.change(database, rows)

    def remove(self, database: Database, keys: Sequence[Row], *, with_history: bool = False) -> None:
        """Delete definitions with what belongs to them."""
        ids: list[Any] = [row["id"] for row in keys]
        delete_where(database, Definition.id.in_(ids), cascade=with_history)


@dataclass(frozen=True)
class Incidents(MirroredTable):
    """Open incidents, each with its entry in the history."""

    def add(self, database: Database, rows: Sequence[Row], additions: Additions) -> Sequence[Row]:
        """Insert them, and begin their history."""
        added = super().add(database, rows, additions)
        lifecycle.begin_all(database, rows)
        return added

    def change(self, database: Database, rows: Sequence[Row]) -> None:
        """Update them, and the annotation in their history."""
        super().change(database, rows)
        bulk.update(database, HistoricIncident, [{"id": row["id"], "annotation": row["annotation"]} for row in rows])

    def remove(self, database: Database, keys: Sequence[Row], *, with_history: bool = False) -> None:
        """End their history, and delete them."""
        lifecycle.end_all(database, [row["id"] for row in keys])
        super().remove(database, keys, with_history=with_history)


USERS = WithMembers(User, "users", ("rev", "first", "last", "email"), member="user_id")
GROUPS = WithMembers(Group, "groups", ("rev", "name", "type"), member="group_id")
MEMBERSHIPS = MirroredTable(Membership, "memberships", key=("user_id", "group_id"), parents=(("user_id", User), ("group_id", Group)))
DEPLOYMENTS = Deployments(
    Deployment,
    "deployments",
    ("name", "source", "deploy_time"),
    needed=("deploy_time", "tenant_id"),
    key_columns={"size": SIZE},
    order=NEWEST_FIRST,
)
RESOURCES = Resources(
    Resource,
    "resources",
    ("rev",),
    needed=("name", "bytes"),
    parents=(("deployment_id", Deployment),),
    where="deployment_id_ IS NOT NULL",
    rows_per_write=8,
    rows_per_add=8,
    change_removes=True,
)
FORMS = MirroredTable(
    Form,
    "forms",
    ("rev",),
    needed=("key", "version", "resource_name", "tenant_id"),
    parents=(("deployment_id", Deployment),),
    may_conflict=True,
)
DEFINITIONS = Definitions(
    Definition,
    "definitions",
    ("rev", "suspension_state", "history_ttl", "deploy_time"),
    needed=("key", "version", "resource_name", "suspension_state", "tenant_id"),
    parents=(("deployment_id", Deployment),),
    rows_per_add=8,
    in_other_tables=frozenset({"deploy_time"}),
    has_files=True,
)
LINKS = MirroredTable(
    IdentityLink,
    "identity links",
    ("rev",),
    needed=("group_id", "type", "user_id"),
    parents=(("definition_id", Definition),),
    where="proc_def_id_ IS NOT NULL",
)
INCIDENTS = Incidents(
    Incident,
    "incidents",
    ("rev", "timestamp", "annotation"),
    needed=("timestamp", "type", "cause_incident_id", "root_cause_incident_id", "tenant_id"),
    parents=(("definition_id", Definition),),
    lasting=False,
)

TABLES: tuple[MirroredTable, ...] = (USERS, GROUPS, MEMBERSHIPS, DEPLOYMENTS, RESOURCES, FORMS, DEFINITIONS, LINKS, INCIDENTS)
"""All mirrored tables, each after those that it refers to."""
NEEDED: tuple[MirroredTable, ...] = (DEPLOYMENTS, RESOURCES, DEFINITIONS)
"""The tables that every engine has."""
