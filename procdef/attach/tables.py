"""What is copied of an engine: a row for each of its tables, under the names that the store has as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from procdef.store.models import Definition, Deployment, Form, Group, IdentityLink, Incident, Membership, Resource, User

Row = dict[str, Any]
"""A row of a table, by the names of the model's fields."""
OWN = frozenset({"description", "latest", "name_upper", "password_hash", "mirrored"})
"""Fields of the store that are not the engine's; of passwords the engine keeps another hash, which is not copied."""


@dataclass(frozen=True, slots=True)
class MirroredTable:
    """A table that is copied; its fields are named as in the model. `title` is what a person calls its rows.

    `key` are the fields of its primary key. A row has changed where one of `marks` has. A row is left out where one of `parents` has a
    value that is no id of the model beside it. Without the key, the parents or one of `needed` nothing is copied; another field that cannot
    be read is empty. `where` says in SQL which of the engine's rows are copied. `at_once` are the rows of one write at most; few, where a
    row holds a file. A table is `lasting` where an engine in use never removes many of its rows at once.
    """

    model: Any
    title: str
    marks: tuple[str, ...] = ()
    key: tuple[str, ...] = ("id",)
    needed: tuple[str, ...] = ()
    parents: tuple[tuple[str, Any], ...] = ()
    where: str = "true"
    at_once: int = 500
    lasting: bool = True

    @property
    def name(self) -> str:
        """The table's name, in the engine as in the store."""
        return str(self.model._meta.table_name)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are read from the engine."""
        return tuple(field.name for field in self.model._meta.sorted_fields if field.name not in OWN)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the engine's table that are read."""
        return tuple(self.column(field) for field in self.fields if (self.name, field) not in ELSEWHERE)

    @property
    def needed_columns(self) -> frozenset[str]:
        """The columns without which nothing of the table can be copied."""
        return frozenset(map(self.column, (*self.key, *self.needed, *(name for name, _ in self.parents))))

    def column(self, field: str) -> str:
        """The name of a field's column."""
        return str(getattr(self.model, field).column_name)


ELSEWHERE = frozenset({(Definition._meta.table_name, "deploy_time")})
"""Fields whose value is in another of the engine's tables."""
USERS = MirroredTable(User, "users", ("rev", "first", "last", "email"))
GROUPS = MirroredTable(Group, "groups", ("rev", "name", "type"))
MEMBERSHIPS = MirroredTable(Membership, "memberships", key=("user_id", "group_id"), parents=(("user_id", User), ("group_id", Group)))
DEPLOYMENTS = MirroredTable(Deployment, "deployments", ("name", "source", "deploy_time"), needed=("deploy_time", "tenant_id"))
RESOURCES = MirroredTable(
    Resource,
    "resources",
    ("rev",),
    needed=("name", "bytes"),
    parents=(("deployment_id", Deployment),),
    where="deployment_id_ IS NOT NULL",
    at_once=8,
)
FORMS = MirroredTable(
    Form, "forms", ("rev",), needed=("key", "version", "resource_name", "tenant_id"), parents=(("deployment_id", Deployment),)
)
DEFINITIONS = MirroredTable(
    Definition,
    "definitions",
    ("rev", "suspension_state", "history_ttl", "deploy_time"),
    needed=("key", "version", "resource_name", "suspension_state", "tenant_id"),
    parents=(("deployment_id", Deployment),),
)
LINKS = MirroredTable(
    IdentityLink,
    "identity links",
    ("rev",),
    needed=("group_id", "type", "user_id"),
    parents=(("definition_id", Definition),),
    where="proc_def_id_ IS NOT NULL",
)
INCIDENTS = MirroredTable(
    Incident,
    "incidents",
    ("rev", "timestamp", "annotation"),
    needed=("timestamp", "type", "cause_incident_id", "root_cause_incident_id", "tenant_id"),
    parents=(("definition_id", Definition),),
    lasting=False,
)

TABLES = (USERS, GROUPS, MEMBERSHIPS, DEPLOYMENTS, RESOURCES, FORMS, DEFINITIONS, LINKS, INCIDENTS)
"""All of them, each after those that it refers to."""
NEEDED = (DEPLOYMENTS, RESOURCES, DEFINITIONS)
"""Those without which a database is no engine's."""
