"""What can be asked next about a version that an answer tells of, as links of the OpenAPI document: each request one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from procdef.http.routes import Link

GUID, VERSION, ID = "uniqueIdentifier", "version", "id"
NEXT: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "get_process": ("The version, by GUID and version.", {"path.processGuid": GUID, "path.processVersion": VERSION}),
    "get_process_by_id": ("The version, by number.", {"path.id": ID}),
    "export_process": ("Its export file, by GUID and version.", {"path.processGuid": GUID, "path.processVersion": VERSION}),
    "export_process_by_id": ("Its export file, by number.", {"path.id": ID}),
    "list_processes": ("Its process, as a list.", {"query.processGuid": GUID}),
    "delete": ("Delete its process.", {"path.id": GUID}),  # the document has this path once, under the name that GET has for the segment
}
"""By the function that answers: what for, and the member of the version that is each parameter, in the document's names."""


def links(place: str, guid: str = GUID) -> Sequence[Link]:
    """The links of an answer that has a version at a place of its body; `guid` is the name of the GUID there."""
    members = {GUID: guid, VERSION: VERSION, ID: ID}
    return [
        Link(view, text, {name: f"$response.body#/{place}/{members[member]}" for name, member in parameters.items()})
        for view, (text, parameters) in NEXT.items()
    ]
