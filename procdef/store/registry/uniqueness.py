"""Uniqueness: a key belongs to one process of a deployment, and a start message to one process of a tenant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from peewee import Database, Expression

from procdef.bpmn import model
from procdef.bpmn.facts.stored_facts import stored_facts
from procdef.common.iteration import batches
from procdef.errors import Conflict
from procdef.store.models import IS_LATEST, Definition, Resource, StartMessage, is_tenant
from procdef.store.registry.rows import VALUES_PER_STATEMENT

Messages = Mapping[str, Collection[str]]
"""The names of start messages by the key of the process that has them."""


class TakenMessage(Conflict):
    """A start message of a process in the file `resource` already belongs to another process."""

    def __init__(self, resource: str, message: str) -> None:
        super().__init__(
            f"ENGINE-01011 Cannot deploy process definition '{resource}': "
            f"there already is a message event subscription for the message with name '{message}'."
        )


class DeploymentConstraints:
    """The uniqueness constraints of one deployment, checked file by file: it has no key and no start message twice."""

    def __init__(self, tenant_id: str | None) -> None:
        self.tenant_id = tenant_id
        self._keys: set[str] = set()
        self._messages: set[str] = set()

    def add(self, database: Database, file: model.File) -> None:
        """Check a file, and remember its keys and start messages.

        Raises Conflict if an earlier process of the deployment has one of its keys. Raises TakenMessage if an earlier process has one of
        its start messages, or if the latest version of another key of the tenant has one and this deployment does not replace it.
        """
        for process in file.processes:
            if process.key in self._keys:
                raise Conflict(f"The deployment contains definitions with the same key '{process.key}' (id attribute), this is not allowed")
            self._keys.add(process.key)
            for message in dict.fromkeys(process.start_messages):
                if message in self._messages or is_taken(database, self.tenant_id, message, process.key, self._keys):
                    raise TakenMessage(file.resource, message)
                self._messages.add(message)


def is_taken(database: Database, tenant_id: str | None, message: str, key: str, replaced: Collection[str] = ()) -> bool:
    """Whether a process with this key cannot have a start message, because the latest version of another key of the tenant has it.

    The `replaced` keys get a new version in the same deployment, so their present start messages do not count. A process whose latest
    version has the message may keep it, even if another process has it too: earlier versions of procdef allowed that, and neither process
    must prevent the deployment of the other.
    """
    owners = _owners(database, _latest_of(tenant_id) & (StartMessage.name == message))
    return key not in owners and not owners.keys() <= {*replaced}


def messages_of(database: Database, definition_ids: Sequence[str]) -> dict[str, set[str]]:
    """The start messages of definitions of one tenant, by key."""
    found: dict[str, set[str]] = {}
    for some in batches(definition_ids, VALUES_PER_STATEMENT):
        for key, names in _owners(database, Definition.id.in_(some)).items():
            found.setdefault(key, set()).update(names)
    return found


def check_restored(database: Database, tenant_id: str | None, keys: Collection[str], gone: Messages) -> None:
    """Check the versions of these keys that are the latest again, because later ones were deleted.

    `gone` are the start messages of the deleted versions. The keys are checked in their order, and a deleted version keeps its messages
    until its key is reached, as in the engine. Raises TakenMessage if a message belongs to another process.
    """
    restored = _restored(database, tenant_id, keys)
    wanted = {message for _, messages in restored.values() for message in messages}
    taken = _of_others(database, tenant_id, wanted, restored.keys())
    for key in sorted(restored):
        resource, messages = restored[key]
        still = {message for other, names in gone.items() if other > key for message in names}
        if refused := messages & (taken | still) - set(gone.get(key, ())):
            raise TakenMessage(resource, _first(database, tenant_id, key, refused))
        taken.update(messages)


def _latest_of(tenant_id: str | None) -> Expression:
    return IS_LATEST & is_tenant(Definition.tenant_id, tenant_id)


def _owners(database: Database, condition: Expression) -> dict[str, set[str]]:
    """The start messages of the definitions that meet a condition, by key."""
    found: dict[str, set[str]] = {}
    query = StartMessage.select(Definition.key, StartMessage.name).join(Definition, on=StartMessage.definition_id == Definition.id)
    for key, name in query.where(condition).tuples().execute(database):
        found.setdefault(key, set()).add(name)
    return found


def _restored(database: Database, tenant_id: str | None, keys: Iterable[str]) -> dict[str, tuple[str, set[str]]]:
    """The file and the start messages of the latest version of each of these keys. A key without start messages is left out."""
    found: dict[str, tuple[str, set[str]]] = {}
    columns = (Definition.key, Definition.resource_name, StartMessage.name)
    query = StartMessage.select(*columns).join(Definition, on=StartMessage.definition_id == Definition.id)
    for some in batches(list(keys), VALUES_PER_STATEMENT):
        for key, resource, name in query.where(_latest_of(tenant_id) & Definition.key.in_(some)).tuples().execute(database):
            found.setdefault(key, (resource, set()))[1].add(name)
    return found


def _first(database: Database, tenant_id: str | None, key: str, messages: Collection[str]) -> str:
    """The first of these messages of a key's latest version, in the engine's order, which only the file has."""
    same = (Resource.deployment_id == Definition.deployment_id) & (Resource.name == Definition.resource_name)
    query = Definition.select(Resource.bytes).join(Resource, on=same).where(_latest_of(tenant_id) & (Definition.key == key))
    files = [stored_facts(bytes(data)) for (data,) in query.tuples().execute(database)]
    names = (name for file in files if key in file for name in file[key].start_messages)
    return next((name for name in names if name in messages), min(messages))


def _of_others(database: Database, tenant_id: str | None, messages: Iterable[str], keys: Collection[str]) -> set[str]:
    """The messages among these that start latest versions of other keys than these."""
    found: set[str] = set()
    for some in batches(list(messages), VALUES_PER_STATEMENT):
        owners = _owners(database, _latest_of(tenant_id) & StartMessage.name.in_(some))
        found.update(name for key, names in owners.items() if key not in keys for name in names)
    return found
