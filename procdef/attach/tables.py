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
class Copied:
    """A table that is copied; its fields are named as in the model. `title` is what a person calls its rows.

    `key` are the fields of its primary key. A row has changed where one of `marks` has. A row is left out where one of `parents` has a
    value that is no id of the model beside it. `where` says in SQL which of the engine's rows are copied. `at_once` are the rows of one
    write at most; few, where a row holds a file.
    """

    model: Any
    title: str
    marks: tuple[str, ...] = ()
    key: tuple[str, ...] = ("id",)
    parents: tuple[tuple[str, Any], ...] = ()
    where: str = "true"
    at_once: int = 500

    @property
    def name(self) -> str:
        """The table's name, in the engine as in the store."""
        return str(self.model._meta.table_name)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are read from the engine."""
        return tuple(field.name for field in self.model._meta.sorted_fields if field.name not in OWN)

    def column(self, field: str) -> str:
        """The name of a field's column."""
        return str(getattr(self.model, field).column_name)


USERS = Copied(User, "users", ("rev", "first", "last", "email"))
GROUPS = Copied(Group, "groups", ("rev", "name", "type"))
MEMBERSHIPS = Copied(Membership, "memberships", key=("user_id", "group_id"), parents=(("user_id", User), ("group_id", Group)))
DEPLOYMENTS = Copied(Deployment, "deployments", ("name", "source", "deploy_time"))
RESOURCES = Copied(Resource, "resources", ("rev",), parents=(("deployment_id", Deployment),), where="deployment_id_ IS NOT NULL", at_once=8)
FORMS = Copied(Form, "forms", ("rev",), parents=(("deployment_id", Deployment),))
DEFINITIONS = Copied(
    Definition, "definitions", ("rev", "suspension_state", "history_ttl", "deploy_time"), parents=(("deployment_id", Deployment),)
)
LINKS = Copied(IdentityLink, "identity links", ("rev",), parents=(("definition_id", Definition),), where="proc_def_id_ IS NOT NULL")
INCIDENTS = Copied(Incident, "incidents", ("rev", "timestamp", "annotation"), parents=(("definition_id", Definition),))

TABLES = (USERS, GROUPS, MEMBERSHIPS, DEPLOYMENTS, RESOURCES, FORMS, DEFINITIONS, LINKS, INCIDENTS)
"""All of them, each after those that it refers to."""
NEEDED = (DEPLOYMENTS, RESOURCES, DEFINITIONS)
"""Those without which a database is no engine's."""
