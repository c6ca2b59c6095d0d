"""Deleting processes."""

from __future__ import annotations

from procdef.errors import NotFound
from procdef.store.models import Definition, Process
from procdef.store.processes import versions
from procdef.store.registry import definitions
from procdef.store.store import Store


def delete_process(store: Store, guid: str) -> None:
    """Delete every version of a process with its definitions; the deployments stay.

    Raises NotFound for an unknown process, and TakenMessage as `definitions.remove` does.
    """
    with store.write() as database:
        of_process = Process.guid == guid
        if not Process.select().where(of_process).exists(database):
            raise NotFound("process", guid)
        definitions.remove(database, Definition.id.in_(Process.select(Process.definition_id).where(of_process)))
        Process.delete().where(of_process).execute(database)
        versions.delete_unused_envelopes(database)
