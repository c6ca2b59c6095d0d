"""The result of parsing a BPMN file, as immutable values, and the options of parsing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from procdef.bpmn.reading.node import OPERATON


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is validated.

    `history_ttl` is the default for a process without `camunda:historyTimeToLive` (same grammar as the attribute, or None);
    with `enforce_history_ttl` a process must have one in the end. A file of more than `max_elements` XML elements is too large.
    `engine` names the engine whose namespaces are read (see `node.NAMESPACES`). A timer that starts a process must fire after
    `moment`; None: this is not checked.
    """

    history_ttl: str | None = "P180D"
    enforce_history_ttl: bool = True
    max_elements: int = 100_000
    engine: str = OPERATON
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call activity that names a process by constants.

    `binding` is latest, deployment, version or versionTag. `version` is the string in the file: one that is no number is an error only
    when the definition is looked up. `tenant_id` is None for the tenant of the caller.
    """

    activity_id: str
    called_element: str
    binding: str
    version: str | None
    version_tag: str | None
    tenant_id: str | None


class Use(NamedTuple):
    """A use: an element of a process, called the activity, that names a topic, a class, a called key and so on.

    `kind` is a name of `facts.kinds.KINDS`, `value` what is used. It is `dynamic` if it is an expression, which is kept as text. The type
    of the activity is its tag. Its id and its name are None if it has none. `binding` is only for a called key that is no expression: None
    for the latest version of the caller's tenant, otherwise a JSON array of the binding, version, version tag and tenant as a `Call` has
    them, which is empty if only running the call shows them.
    """

    kind: str
    value: str
    dynamic: bool
    activity_id: str | None
    activity_type: str
    activity_name: str | None
    binding: str | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """One executable process of a file, with all that the registry stores of it: the file is parsed once.

    The candidates are the items of the lists: trimmed, with inner empty items and duplicates, expressions unchanged.
    `description` is None without a `documentation` element. `start_messages` are the names of the messages that a new version of the
    process subscribes to, in the engine's order. `calls` has the outer scopes before the inner ones. `uses` are in document order.
    """

    key: str
    name: str | None
    description: str | None
    version_tag: str | None
    history_ttl: int | None
    startable_in_tasklist: bool
    candidate_users: tuple[str, ...]
    candidate_groups: tuple[str, ...]
    has_start_form_key: bool
    start_messages: tuple[str, ...]
    calls: tuple[Call, ...]
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A BPMN file without errors; `processes` are its executable processes in document order, `not_executable` the ids of the others."""

    resource: str
    category: str | None
    processes: tuple[Process, ...]
    not_executable: tuple[str | None, ...] = ()
