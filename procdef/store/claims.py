"""What only one file of a deployment, or one process of a tenant, can have: a key, and a start message."""

from __future__ import annotations

from peewee import Database

from procdef import bpmn
from procdef.errors import Conflict
from procdef.store.definitions import of_tenant
from procdef.store.models import IS_LATEST, Definition, StartMessage


class Claims:
    """The keys and start messages that the files of one deployment take, one file after the other."""

    def __init__(self, tenant_id: str | None) -> None:
        self.tenant_id = tenant_id
        self._keys: set[str] = set()
        self._messages: set[str] = set()

    def add(self, database: Database, file: bpmn.File) -> None:
        """Take what a file claims.

        Raises Conflict where an earlier file has one of its keys, or where a start message is that of an earlier process or of the latest
        version of another key in the tenant.
        """
        for process in file.processes:
            if process.key in self._keys:
                raise Conflict(f"The deployment contains definitions with the same key '{process.key}' (id attribute), this is not allowed")
            self._keys.add(process.key)
            for message in dict.fromkeys(process.start_messages):
                if message in self._messages or is_taken(database, self.tenant_id, message, process.key):
                    raise Conflict(
                        f"ENGINE-01011 Cannot deploy process definition '{file.resource}': "
                        f"there already is a message event subscription for the message with name '{message}'."
                    )
                self._messages.add(message)


def is_taken(database: Database, tenant_id: str | None, message: str, key: str) -> bool:
    """Whether the latest version of another key of the tenant is started by a message of this name."""
    query = StartMessage.select().join(Definition, on=StartMessage.definition_id == Definition.id)
    others = (StartMessage.name == message) & (Definition.key != key)
    return bool(query.where(others & IS_LATEST & of_tenant(tenant_id)).exists(database))
