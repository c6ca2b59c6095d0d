"""The table of the definitions that call a definition. Which bindings of calls mean it is known before it is read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from peewee import SQL, Expression, ModelSelect, Value, fn

from procdef.camunda.protocol.conversion import Text
from procdef.camunda.tables.registry import DEFINITIONS
from procdef.camunda.tables.used import named, number_of_users
from procdef.query.bound import placeholder
from procdef.query.dialects import Dialect
from procdef.query.operators import related
from procdef.query.table import REQUIRED_TEXT, Field, FieldType, Filter, Table
from procdef.query.within import is_there
from procdef.store.models import Definition, Usage, Use

CALLS = "calls"
"""The filter of the callers. Its value is the digest of the called key."""
CALLED, TENANT, DEPLOYMENT = "called", "called tenant", "called deployment"
"""The constants of a query: the id of the called definition, its tenant and its deployment."""
ANY, OWN_TENANT, OWN_DEPLOYMENT, OWN_BOTH = "any", "own tenant", "own deployment", "own both"
"""The constants with the bindings that mean the definition: from any caller, or only from one in its tenant, or of its deployment, or both."""
Caller: Any = Definition.alias()


def _is_call(dialect: Dialect, caller: Any) -> Any:
    """The condition that a call of a caller means the definition."""
    in_tenant = dialect.is_same(caller.tenant_id, placeholder(TENANT))
    in_deployment = Expression(caller.deployment_id, "=", placeholder(DEPLOYMENT))
    return (
        _is_bound(dialect, ANY)
        | (_is_bound(dialect, OWN_TENANT) & in_tenant)
        | (_is_bound(dialect, OWN_DEPLOYMENT) & in_deployment)
        | (_is_bound(dialect, OWN_BOTH) & in_tenant & in_deployment)
    )


def _is_bound(dialect: Dialect, bindings: str) -> Any:
    return dialect.any_of(fn.coalesce(Use.binding, SQL("''")), placeholder(bindings))


def _calls(*columns: Any) -> ModelSelect[Usage]:
    return Usage.select(*columns).join(Use, on=Expression(Use.usage_id, "=", Usage.id))


def _among_callers(dialect: Dialect, digest: Value) -> Any:
    calls = _calls(Usage.definition_id).join(Caller, on=Expression(Caller.id, "=", Usage.definition_id))
    return Definition.id.in_(calls.where(named(dialect, digest) & _is_call(dialect, Caller)))


def _is_caller(dialect: Dialect, digest: Value) -> Any:
    of_definition = Expression(Usage.definition_id, "=", Definition.id)
    return is_there(_calls(SQL("1")).where(named(dialect, digest) & of_definition & _is_call(dialect, Definition)))


def _activity_ids(dialect: Dialect, _column: Any) -> Any:
    """The ids of the call activities as a JSON array."""
    ids = fn.string_agg(dialect.quoted(Use.activity_id), SQL("','")).order_by(Use.place)
    array = SQL("'['").concat(fn.coalesce(ids, SQL("''"))).concat(SQL("']'"))
    of_definition = Expression(Usage.definition_id, "=", Definition.id)
    query = _calls(array).where(named(dialect, placeholder(CALLS)) & of_definition & _is_call(dialect, Definition))
    return dialect.json(fn.coalesce(query, SQL("'[]'")))


IDS = FieldType({"type": "array", "items": {"type": "string"}}, _activity_ids, is_json=True)
OF_CALLED = (
    Field("calledProcessDefinitionId", placeholder(CALLED).cast("text"), REQUIRED_TEXT, "The id of the called definition."),
    Field("callingActivityIds", None, IDS, "The ids of the call activities."),
)


def callers() -> Table:
    """The table of callers: its fields are those of definitions, and the filters too."""
    calls = Filter(CALLS, related(_among_callers, _is_caller), None, Text(), "It calls the key.", counted=number_of_users)
    return replace(DEFINITIONS, fields=(*DEFINITIONS.fields, *OF_CALLED), filters=(calls, *DEFINITIONS.filters), unstored=OF_CALLED)
