"""The dictionary of definitions: the columns whose values the database counts, and the columns that their indexes cover.

The migrations `dictionary` and `covering_indexes` have the same columns, and so has `store.registry.counting`.
"""

from __future__ import annotations

from typing import Any

from peewee import SQL, NodeList, Value, fn

from procdef.query.counted import Counted, Dictionary, Groups
from procdef.query.dialects import Dialect
from procdef.store.models import Definition, ValueCount


def _month(_dialect: Dialect, moment: Value) -> Any:
    return fn.substr(NodeList((SQL("CAST("), moment, SQL(" AS text)")), glue=""), 1, 7)


def _month_start(dialect: Dialect, month: Any) -> Any:
    return dialect.moment(NodeList((month, SQL("|| '-01 00:00:00.000'"))))


DICTIONARY_OF_DEFINITIONS = Dictionary(
    name=ValueCount.column,
    value=ValueCount.value,
    rows=ValueCount.rows,
    columns=(
        Counted(Definition.key, rare=True),
        Counted(Definition.name),
        Counted(Definition.name_upper),
        Counted(Definition.resource_name),
        Counted(Definition.category),
        Counted(Definition.version_tag),
        Counted(Definition.tenant_id),
        Counted(Definition.version),
        Counted(Definition.suspension_state),
        Counted(Definition.startable),
        Counted(Definition.latest),
        Counted(Definition.deploy_time, groups=Groups(_month, _month_start, "9999-12")),
    ),
    flag=Definition.latest,
    trigrams="trigrams_of_values",
)
"""What migration 0022 makes the database count."""
COVERED_BY_INDEXES = (
    *(Definition.tenant_id, Definition.version, Definition.version_tag, Definition.suspension_state, Definition.startable),
    *(Definition.key, Definition.name_upper),
)
"""The columns of most filters, which migration 0023 puts into the indexes."""
