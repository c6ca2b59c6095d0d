"""The types of objects and their permissions."""

from __future__ import annotations

import pytest

from procdef.rights.object_types import ALL, EVERY_BIT, NONE, OBJECT_TYPES, PROCESS_DEFINITION, ObjectType


@pytest.mark.parametrize("object_type", OBJECT_TYPES.values(), ids=[row.name for row in OBJECT_TYPES.values()])
def test_names_and_bits(object_type: ObjectType) -> None:
    names = list(object_type.permissions)
    bits = object_type.bits(names)
    assert object_type.names(bits) == names
    assert len({object_type.permissions[name] for name in names}) == len(names)
    assert (object_type.bits([]), object_type.bits([NONE]), object_type.bits([ALL, names[0]])) == (0, 0, EVERY_BIT)
    assert (object_type.names(0), object_type.names(EVERY_BIT)) == ([], [ALL])
    assert all(map(object_type.has, [*names, NONE, ALL]))
    assert not object_type.has("NOPE")


def test_the_order_is_that_of_the_engine() -> None:
    assert PROCESS_DEFINITION.names(PROCESS_DEFINITION.bits(["UPDATE", "READ", "CREATE_INSTANCE", "DELETE"])) == [
        "READ",
        "UPDATE",
        "DELETE",
        "CREATE_INSTANCE",
    ]


def test_a_permission_of_another_object_type() -> None:
    with pytest.raises(KeyError, match="ACCESS"):
        PROCESS_DEFINITION.bits(["READ", "ACCESS"])
