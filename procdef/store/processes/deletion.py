"""Deleting processes."""

from __future__ import annotations

from procdef.errors import NotFound
from procdef.store.events import log
from procdef.store.events.log import NewEvent
from procdef.store.events.types import PROCESS_DELETED
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
        query = Process.select(Process.tenant_id, Process.key, Process.name).where(of_process).order_by(Process.version.desc())
        if not (found := list(query.limit(1).tuples().execute(database))):
            raise NotFound("process", guid)
        definitions.remove(database, Definition.id.in_(Process.select(Process.definition_id).where(of_process)))
        Process.delete().where(of_process).execute(database)
        versions.delete_unused_envelopes(database)
        ((tenant_id, key, name),) = found
        log.write(database, [NewEvent(PROCESS_DELETED, tenant_id, key=key, object_id=guid, before={"name": name})])
