"""The requests that may follow a response with a version, as links of the OpenAPI document: one entry for each request."""

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
    "delete": ("Delete its process.", {"path.id": GUID}),  # in the document, this path has the segment's name from GET
}
"""By the name of the view: a description, and the member of the version for each parameter, by its name in the document."""


def links(location: str, guid: str = GUID) -> Sequence[Link]:
    """The links of a response whose body has a version at this location. `guid` is the name of the GUID there."""
    members = {GUID: guid, VERSION: VERSION, ID: ID}
    return [
        Link(view, text, {name: f"$response.body#/{location}/{members[member]}" for name, member in parameters.items()})
        for view, (text, parameters) in NEXT.items()
    ]
