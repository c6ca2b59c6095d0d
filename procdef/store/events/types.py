"""The types of events, a row each: the name, and what has happened."""

from __future__ import annotations

DEPLOYMENT_CREATED, DEPLOYMENT_DELETED = "deployment.created", "deployment.deleted"
DEFINITION_DEPLOYED, DEFINITION_DELETED = "definition.deployed", "definition.deleted"
DEFINITION_SUSPENDED, DEFINITION_ACTIVATED = "definition.suspended", "definition.activated"
DEFINITION_CHANGED, DEFINITION_PLANNED = "definition.changed", "definition.planned"
INCIDENT_OPENED, INCIDENT_CHANGED, INCIDENT_RESOLVED = "incident.opened", "incident.changed", "incident.resolved"
PROCESS_CREATED, PROCESS_CHANGED, PROCESS_IMPORTED, PROCESS_DELETED = (
    *("process.created", "process.changed"),
    *("process.imported", "process.deleted"),
)
MEMBERSHIP_CREATED, MEMBERSHIP_DELETED = "membership.created", "membership.deleted"
TOKEN_CREATED, TOKEN_DELETED = "token.created", "token.deleted"
HOOK_CREATED, HOOK_DELETED = "hook.created", "hook.deleted"
CREATED, CHANGED, DELETED = "{}.created", "{}.changed", "{}.deleted"
"""The types of users, groups, tenants and authorizations, each with the word for what it is."""

TYPES = {
    DEPLOYMENT_CREATED: "A deployment was made. `after` has its name and its source.",
    DEPLOYMENT_DELETED: "A deployment was deleted with its files. `before` has its name and its source.",
    DEFINITION_DEPLOYED: "A version of a definition was deployed.",
    DEFINITION_DELETED: "A version of a definition was deleted.",
    DEFINITION_SUSPENDED: "A definition was suspended.",
    DEFINITION_ACTIVATED: "A definition was activated.",
    DEFINITION_CHANGED: "The history time to live of a definition was changed. `before` and `after` have it.",
    DEFINITION_PLANNED: "Somebody planned to suspend or activate definitions later. `after` says what, and when.",
    INCIDENT_OPENED: "An incident was reported. `after` has its type.",
    INCIDENT_CHANGED: "An incident was reported again, or its annotation was changed.",
    INCIDENT_RESOLVED: "An incident was resolved.",
    PROCESS_CREATED: "An import made a process that was not there. `objectId` is its GUID.",
    PROCESS_CHANGED: "An import gave a process a new version.",
    PROCESS_IMPORTED: "A file of processes was imported. `after` has the number of versions that it made.",
    PROCESS_DELETED: "A process was deleted with all its versions.",
    "user.created": "A user was made. `after` has its role, if it was given one.",
    "user.changed": "The profile, the password or the role of a user was changed. `after` has what, and only of a role the value.",
    "user.deleted": "A user was deleted.",
    "group.created": "A group was made.",
    "group.changed": "A group was changed.",
    "group.deleted": "A group was deleted.",
    "tenant.created": "A tenant was made.",
    "tenant.changed": "A tenant was renamed.",
    "tenant.deleted": "A tenant was deleted.",
    MEMBERSHIP_CREATED: "A user or a group became a member of a group or a tenant. `after` has both.",
    MEMBERSHIP_DELETED: "A user or a group is no longer a member. `before` has both.",
    "authorization.created": "An authorization was made.",
    "authorization.changed": "An authorization was changed.",
    "authorization.deleted": "An authorization was deleted.",
    TOKEN_CREATED: "A token was made. `after` has its user and its name.",
    TOKEN_DELETED: "A token was deleted. `before` has its user and its name.",
    HOOK_CREATED: "A hook was made, to which events are sent. `after` has its host.",
    HOOK_DELETED: "A hook was removed.",
}
"""By the name of each type, what it means."""
