"""How definitions, deployments and incidents are printed: the columns of their tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from procdef.cli.output import Column, Row, Shape, member
from procdef.cli.times import age


def _state(row: Row) -> str:
    return "suspended" if row["suspended"] else "active"


def _age(name: str, row: Row) -> str:
    return age(row.get(name))


COLUMNS: Mapping[str, Sequence[Column]] = {
    "definitions": (
        member("KEY", "key"),
        member("VERSION", "version"),
        member("TAG", "versionTag"),
        member("TENANT", "tenantId"),
        Column("STATE", _state),
        member("INCIDENTS", "incidents"),
        Column("DEPLOYED", partial(_age, "deploymentTime")),
        member("BY", "deployedBy"),
        member("NAME", "name"),
        member("RESOURCE", "resource", wide=True),
        member("DEPLOYMENT", "deploymentId", wide=True),
        member("ID", "id", wide=True),
    ),
    "deployments": (
        member("ID", "id"),
        member("NAME", "name"),
        member("SOURCE", "source"),
        member("TENANT", "tenantId"),
        Column("DEPLOYED", partial(_age, "deploymentTime")),
        member("BY", "deployedBy"),
        member("DEFINITIONS", "definitions"),
    ),
    "incidents": (
        member("KEY", "processDefinitionKey"),
        member("VERSION", "processDefinitionVersion"),
        member("TENANT", "tenantId"),
        member("TYPE", "incidentType"),
        member("ACTIVITY", "activityId"),
        Column("HAPPENED", partial(_age, "incidentTimestamp")),
        member("MESSAGE", "incidentMessage"),
        member("DEFINITION", "processDefinitionId", wide=True),
        member("INSTANCE", "processInstanceId", wide=True),
        member("ID", "id", wide=True),
    ),
}
"""The columns of each list."""


def shape(name: str, members: Sequence[str]) -> Shape:
    """How the rows of a list are printed. `members` are those that its rows have."""
    return Shape(COLUMNS[name], members)
