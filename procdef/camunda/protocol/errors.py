"""The errors of this surface: `{"type", "message", "code"}`, one entry per error; `error_responses` makes the responses.

Source: the engine's REST API 7.24, as observed. If the engine answers 500 to a mistake of the client, the entry has a 4xx status with the
engine's type and message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from procdef.errors import (
    CodedBody,
    CodedTransfer,
    Conflict,
    Forbidden,
    ForeignPage,
    InvalidBpmn,
    InvalidInput,
    NoHost,
    NotFound,
    OfForeignTenant,
    OnlyAdministrators,
    Overloaded,
    ProcdefError,
    TimerIsOver,
    TooLarge,
    TooManyTries,
    Unavailable,
    UnknownHost,
    UnreadableBpmn,
)
from procdef.store.identity.setup import WrongSetup
from procdef.store.identity.users import Exists, InvalidId, WeakPassword
from procdef.store.registry.forms import UnreadableForm
from procdef.store.texts import Missing, TooLong

PERSISTENCE = (
    "An exception occurred in the persistence layer. "
    "Please check the server logs for a detailed message and the entire exception stack trace."
)


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """One error as the engine writes it: status, `type`, `message` and `code`.

    `message` is a template; its `{message}` is the message of the domain error.
    """

    status: int
    type: str
    message: str = "{message}"
    code: int | None = None

    def body(self, **values: Any) -> dict[str, Any]:
        """The body of the response; `values` replace the names of the template."""
        return {"type": self.type, "message": self.message.format_map(values), "code": self.code}

    def with_message(self, message: str) -> ErrorEntry:
        """The same error with another message."""
        return replace(self, message=message)


class EngineError(ProcdefError):
    """An error that only this surface has. It carries its entry, and the values of the entry's template."""

    def __init__(self, entry: ErrorEntry, **values: Any) -> None:
        super().__init__(entry.message.format_map(values))
        self.entry, self.values = entry, values


INVALID = ErrorEntry(400, "InvalidRequestException")
BAD_PAGE = ErrorEntry(404, "QueryParamException", "HTTP 404 Not Found")
NEGATIVE_PAGE = ErrorEntry(400, "ProcessEnginePersistenceException", PERSISTENCE, 0)
ENGINE = ErrorEntry(400, "ProcessEngineException", code=0)
NO_ENGINE = ErrorEntry(400, "InvalidRequestException", "No process engine available")
UNKNOWN_ENGINE = ErrorEntry(404, "InvalidRequestException", "Process engine {name} not available")
NO_DEFINITION = ErrorEntry(404, "InvalidRequestException", "No matching definition with id {ident}", 0)
NO_DEFINITION_TO_START = ErrorEntry(
    404,
    "RestException",
    "Cannot instantiate process definition {ident}: no deployed process definition found with id '{ident}': processDefinition is null",
    0,
)
NO_DEFINITION_TO_RESTART = ErrorEntry(
    400, "InvalidRequestException", "no deployed process definition found with id '{ident}': processDefinition is null"
)
NOT_EXECUTED = ErrorEntry(501, "RestException")
NO_ORDERING = ErrorEntry(
    400,
    "NotValidException",
    "You should call any of the orderBy methods first before specifying a direction: currentOrderingProperty is null",
    0,
)
NO_DIRECTION = ErrorEntry(400, "NotValidException", "Invalid query: call asc() or desc() after using orderByXX(): direction is null", 0)
NO_DEPLOYED_DEFINITION = ErrorEntry(
    400, "NotFoundException", "no deployed process definition found with id '{ident}': processDefinition is null", 0
)
NO_STATISTICS = ErrorEntry(404, "NullValueException", NO_DEPLOYED_DEFINITION.message, 0)
NOT_DEPLOYED = ErrorEntry(404, "InvalidRequestException", NO_DEPLOYED_DEFINITION.message)
NO_START_FORM = ErrorEntry(400, "InvalidRequestException", "Cannot get start form data for process definition {ident}", 0)
NO_HANDLER = "No startFormHandler defined in process '{ident}': startFormHandler is null"
NO_FORM_HANDLER = ErrorEntry(400, "InvalidRequestException", NO_HANDLER)
NO_FORM_VARIABLES = ErrorEntry(400, "NullValueException", NO_HANDLER, 0)
NO_RENDERED_FORM = ErrorEntry(
    404, "InvalidRequestException", "No matching rendered start form for process definition with the id {ident} found."
)
NO_DEPLOYED_FORM = ErrorEntry(
    404, "InvalidRequestException", "The form with the resource name '{name}' cannot be found in deployment with id {deployment}"
)
NO_CAMUNDA_FORM = ErrorEntry(
    404,
    "InvalidRequestException",
    "No Camunda Form Definition was found for Camunda Form Ref: CamundaFormRefImpl [key={key}, binding={binding}, version={version}]",
)
BAD_FORM_NUMBER = ErrorEntry(400, "NumberFormatException")
BAD_CALLED_VERSION = ErrorEntry(400, "NumberFormatException", 'For input string: "{text}"')
NO_DEFINITION_TO_DELETE = ErrorEntry(
    404, "InvalidRequestException", "No process definition found with id '{ident}': processDefinition is null", 0
)
UNREADABLE_FILE = ErrorEntry(400, "ProcessEngineException", "The file of the process definition {ident} cannot be read: {reason}", 0)
NOT_COMPARED = ErrorEntry(400, "ProcessEngineException", "The file of the process definition {ident} is not compared: {reason}", 0)
NO_VERSION_BEFORE = ErrorEntry(404, "InvalidRequestException", "There is no version before the process definition {ident} in its tenant", 0)
NO_PICTURE = ErrorEntry(404, "InvalidRequestException", "There is no picture of the process definition {ident}: {reason}", 0)
PICTURE_REASON = ErrorEntry(404, "InvalidRequestException", code=0)
NO_KEY = ErrorEntry(404, "RestException", "No matching process definition with key: {key} and no tenant-id")
NO_KEY_OF_TENANT = ErrorEntry(404, "RestException", "No matching process definition with key: {key} and tenant-id: {tenant}")
NO_VERSIONS = ErrorEntry(404, "InvalidRequestException", "No process definition found with key '{ident}': processDefinitions is empty")
NEGATIVE_TTL = ErrorEntry(400, "BadUserRequestException", "historyTimeToLive is not greater than or equal to 0", 0)
NULL_TTL = ErrorEntry(400, "NotAllowedException", "Null historyTimeToLive values are not allowed", 0)
BAD_ACTIVATION_TIME = ErrorEntry(400, "IllegalArgumentException")
BAD_FORM = ErrorEntry(400, "RestException", "multipart/form-data cannot be processed")
NO_REDEPLOY = "Cannot redeploy deployment '{deployment}': "
NO_SUCH_RESOURCES = ErrorEntry(
    404,
    "InvalidRequestException",
    NO_REDEPLOY + "The deployment with id '{deployment}' does not contain the following resources with {kind}: {missing}",
    0,
)
NULL_RESOURCES = ErrorEntry(400, "InvalidRequestException", NO_REDEPLOY + "{member} contains null value", 0)
NO_DEPLOYMENT = ErrorEntry(404, "InvalidRequestException", "Deployment with id '{ident}' does not exist")
NO_DEPLOYMENT_TO_DELETE = ErrorEntry(404, "InvalidRequestException", "Deployment with id '{ident}' do not exist")
NO_RESOURCES = ErrorEntry(404, "InvalidRequestException", "Deployment resources for deployment id '{ident}' do not exist.")
NO_RESOURCE = ErrorEntry(
    404, "InvalidRequestException", "Deployment resource with resource id '{ident}' for deployment id '{deployment}' does not exist."
)
NO_RESOURCE_DATA = ErrorEntry(
    404, "NullValueException", "no resource found with id '{ident}' in deployment '{deployment}': resource is null", 0
)
NO_INCIDENT = ErrorEntry(404, "InvalidRequestException", "No matching incident with id {ident}")
NO_INCIDENT_TO_DELETE = ErrorEntry(404, "InvalidRequestException", "Cannot find an incident with id '{ident}': incident is null")
NO_INCIDENT_TO_ANNOTATE = ErrorEntry(400, "BadUserRequestException", "incident is null", 0)
NO_USER = ErrorEntry(404, "InvalidRequestException", "User with id {ident} does not exist")
NO_GROUP = ErrorEntry(404, "InvalidRequestException", "Group with id {ident} does not exist")
NO_TENANT = ErrorEntry(404, "InvalidRequestException", "Tenant with id {ident} does not exist")
NO_AUTHORIZATION = ErrorEntry(404, "InvalidRequestException", "Authorization with id {ident} does not exist.")
SAME_AUTHORIZATION = ErrorEntry(400, "ProcessEnginePersistenceException", PERSISTENCE + " ({message})", 0)
BAD_REQUEST = ErrorEntry(400, "BadUserRequestException", code=0)
NULL_VALUE = ErrorEntry(400, "NullValueException", code=0)
NULL_MEMBER = ErrorEntry(400, "InvalidRequestException", "The member '{name}' is null.")
NO_MEMBER_TENANT = ErrorEntry(404, "NullValueException", "No tenant found with id '{ident}'.: tenant is null", 0)
OTHER_TENANT = ErrorEntry(400, "InvalidRequestException", "The tenant must have the id that is in the path, {ident}.")
NO_MEMBER_USER = ErrorEntry(404, "NullValueException", "No user found with id '{ident}'.: user is null", 0)
NO_MEMBER_GROUP = ErrorEntry(404, "NullValueException", "No group found with id '{ident}'.: group is null", 0)
IDENTITY_EXISTS = ErrorEntry(400, "BadUserRequestException", code=0)
MEMBER_EXISTS = ErrorEntry(400, "ProcessEnginePersistenceException", PERSISTENCE, 0)
OTHER_USER = ErrorEntry(400, "InvalidRequestException", "The profile must have the id of the user, {ident}.")
OTHER_GROUP = ErrorEntry(400, "InvalidRequestException", "The group must have the id that is in the path, {ident}.")
NO_CREDENTIALS = ErrorEntry(400, "InvalidRequestException", "Username and password are required")
WRONG_OWN_PASSWORD = ErrorEntry(400, "InvalidRequestException", "The given authenticated user password is not valid.")
OTHERS_PASSWORD = ErrorEntry(403, "AuthorizationException", "Only the user {ident} may change this password.")
NO_TOKEN = ErrorEntry(404, "InvalidRequestException", "Token with id {ident} does not exist")
NO_TOKENS = ErrorEntry(403, "AuthorizationException", "The user {user} is not in the store, so it can have no tokens.")
BY_TOKEN = ErrorEntry(403, "AuthorizationException", "A token makes no token: log in with a password.")
IN_PAST = ErrorEntry(400, "InvalidRequestException", "The token would have expired already.")
NO_PASSWORD = ErrorEntry(400, "NullValueException", "password is null", 0)
NO_USER_ID = ErrorEntry(400, "InvalidRequestException", "No user id was supplied")
NOT_AUTHENTICATED = ErrorEntry(401, "InvalidRequestException", "You must be authenticated in order to use this resource.")
NO_PARAMETER = ErrorEntry(400, "InvalidRequestException", "Query parameter '{name}' cannot be null")
NO_PROFILE = ErrorEntry(400, "InvalidRequestException", "request object must provide profile information with valid id.")
NO_GROUP_ID = ErrorEntry(400, "NullValueException", "groupId is null", 0)
PARSE = ErrorEntry(400, "ParseException", "ENGINE-09005 Could not parse BPMN process. Errors: {lines}", 0)
TIMER_IS_OVER = ErrorEntry(400, "NullValueException", code=0)
NO_CHECK = ErrorEntry(403, "InvalidRequestException", "You must have READ permission for Authorization resource.")
PLAIN_FORBIDDEN = ErrorEntry(403, "InvalidRequestException")
FORBIDDEN = ErrorEntry(403, "AuthorizationException", code=0)
UNEXPECTED = ErrorEntry(500, "ProcessEngineException", "An unexpected error occurred; see the server's log, request {request}.", 0)

DEFAULTS: Mapping[type[Exception], ErrorEntry] = {
    TooLong: ErrorEntry(400, "ProcessEnginePersistenceException", PERSISTENCE + " ({message})", 10002),
    Missing: ErrorEntry(400, "ProcessEnginePersistenceException", PERSISTENCE + " ({message})", 0),
    TooLarge: ErrorEntry(413, "InvalidRequestException"),
    CodedBody: ErrorEntry(415, "NotSupportedException"),
    CodedTransfer: ErrorEntry(501, "RestException"),
    InvalidInput: INVALID,
    UnreadableBpmn: ENGINE,
    TimerIsOver: TIMER_IS_OVER,
    UnreadableForm: ENGINE,
    Conflict: ENGINE,
    NotFound: ErrorEntry(404, "InvalidRequestException"),
    ProcdefError: INVALID,
    InvalidId: ENGINE,
    WrongSetup: ErrorEntry(403, "AuthorizationException"),
    WeakPassword: ErrorEntry(400, "ProcessEngineException", "Password does not match policy ({message})", 0),
    Exists: IDENTITY_EXISTS,
    Unavailable: ErrorEntry(503, "ProcessEnginePersistenceException"),
    Overloaded: ErrorEntry(503, "RestException"),
    TooManyTries: ErrorEntry(429, "RestException"),
    NoHost: ErrorEntry(400, "RestException"),
    UnknownHost: ErrorEntry(421, "RestException"),
    ForeignPage: ErrorEntry(403, "RestException"),
    Forbidden: FORBIDDEN,
    OnlyAdministrators: FORBIDDEN,
    OfForeignTenant: ErrorEntry(403, "ProcessEngineException", code=0),
}
"""The entry of each domain error. A route can have another entry for it."""

REFUSED_FILES: Mapping[type[Exception], ErrorEntry] = {
    InvalidBpmn: PARSE,
    UnreadableBpmn: ENGINE,
    TimerIsOver: TIMER_IS_OVER,
    Conflict: ENGINE,
}
"""The entries of the errors in the files of a deployment."""

HTTP_TYPES = {
    404: "NotFoundException",
    405: "NotAllowedException",
    406: "NotAcceptableException",
    415: "NotSupportedException",
}
HTTP_REASONS = {404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable", 415: "Unsupported Media Type"}
