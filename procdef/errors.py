"""The errors of the domain. The inner modules raise them, and do not depend on HTTP. Each surface makes responses of them in one module."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

YES, NO, USAGE, REFUSED, UNREACHABLE, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 3, 4, 130, 141
"""The exit statuses of the commands."""
EXIT_STATUSES = {
    YES: "done, yes or equal",
    NO: "no: different, or not there in time",
    USAGE: "a wrong option, setting or configuration",
    REFUSED: "something is refused or not there",
    UNREACHABLE: "a server or a database is unreachable, too slow or broken",
    INTERRUPTED: "ended by Ctrl-C",
    BROKEN_PIPE: "the program that reads the output has ended before, as `head`",
}
"""What each exit status means."""


class ProcdefError(Exception):
    """The base of every error that procdef raises on purpose. A client may see its message.

    `retry_after`: seconds after which the client may send the same request again; None if the result would be the same.
    `exit_status`: the exit status of a command that ends with the error.
    """

    retry_after: int | None = None
    exit_status = REFUSED


class NotFound(ProcdefError):
    """The requested object does not exist.

    `kind` names the kind of object (`definition`, `deployment`, `user` …). `ident` is the id or key of the request.
    """

    def __init__(self, kind: str, ident: str) -> None:
        super().__init__(f"There is no {kind} {ident!r}.")
        self.kind, self.ident = kind, ident


class Missing(NamedTuple):
    """A permission that a user does not have: its name, the type of the object, and the object's id.

    The id is None for objects that are not there yet.
    """

    permission: str
    object_type: str
    object_id: str | None

    def __str__(self) -> str:
        """As the engine writes it."""
        of = self.object_type if self.object_id is None else f"{self.object_id}' of type '{self.object_type}"
        return f"'{self.permission}' permission on resource '{of}'"


class Forbidden(ProcdefError):
    """The user does not have any of the permissions `missing`, one of which the request needs."""

    def __init__(self, user_id: str, *missing: Missing) -> None:
        several = "one of the following permissions: " if len(missing) > 1 else ""
        end = "" if several else "."
        super().__init__(f"The user with id '{user_id}' does not have {several}{' or '.join(map(str, missing))}{end}")
        self.user_id, self.missing = user_id, missing


class OnlyAdministrators(ProcdefError):
    """The request is for administrators, and for who has one of the permissions `others`."""

    def __init__(self, *others: Missing) -> None:
        code, more = ("ENGINE-03029", "") if not others else ("ENGINE-03110", " or any of the following permissions: ")
        super().__init__(f"{code} Required admin authenticated group or user{more}{' or '.join(map(str, others))}.")


class OfForeignTenant(ProcdefError):
    """The object belongs to a tenant of which the user is no member. `verb` is what was tried, as `get the`."""

    def __init__(self, verb: str, kind: str, ident: str) -> None:
        super().__init__(f"ENGINE-13034 Cannot {verb} {kind} '{ident}' because it belongs to no authenticated tenant.")


class InvalidInput(ProcdefError):
    """A value cannot be stored: a string is too long, a character is not supported by the database, or a type is wrong."""


class Conflict(ProcdefError):
    """The request conflicts with what is stored."""


class TooLarge(ProcdefError):
    """The request is larger than a limit of the settings. The message names the limit."""


class CodedBody(ProcdefError):
    """The body of the request is compressed. procdef does not read compressed bodies."""


class CodedTransfer(ProcdefError):
    """The request has a transfer coding that procdef does not read. It reads only the coding chunked."""


class Unavailable(ProcdefError):
    """The store cannot answer now: there is no connection or no space, or a lock was not released in time.

    `cause` is the message of the database. Only the operator sees it, in the log; clients do not.
    """

    exit_status = UNREACHABLE

    def __init__(self, message: str, retry_after: int | None = None, cause: str | None = None) -> None:
        super().__init__(message)
        self.retry_after, self.cause = retry_after, cause


def for_operator(error: Exception) -> str:
    """An error as one line for the operator: its message, and its cause if it has one."""
    cause = getattr(error, "cause", None)
    return " ".join((f"{error} {cause}" if cause else str(error)).split())


class Busy(ProcdefError):
    """There are too many requests at the moment. Nothing is broken."""

    exit_status = UNREACHABLE

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooManyTries(Busy):
    """Passwords arrive faster than they can be checked, or the last one was wrong a moment ago."""


class Overloaded(Busy):
    """Clients send more large bodies, or read more long lists as CSV, at the same time than there is space for."""


class NoHost(ProcdefError):
    """An HTTP/1.1 request does not have the header Host."""

    def __init__(self) -> None:
        super().__init__("The request has no header Host.")


class UnknownHost(ProcdefError):
    """The request names a host that is not procdef's. A web page can send such a request if its own name resolves to this server."""

    def __init__(self, host: str) -> None:
        super().__init__(f"procdef does not serve the host {host!r}: add its name to PROCDEF_ALLOWED_HOSTS, or set PROCDEF_PUBLIC_URL.")


class ForeignPage(ProcdefError):
    """A web page of another origin requests a change.

    `origin` is None if the browser does not name it.
    """

    def __init__(self, origin: str | None) -> None:
        about = "" if origin is None else f" ({origin})"
        super().__init__(
            f"A web page of another origin{about} may not change anything: add its origin to PROCDEF_CORS_ORIGINS, "
            "or set PROCDEF_PUBLIC_URL where it is procdef's own."
        )


class InvalidSetting(ProcdefError):
    """A setting has a wrong value. The message is the one line that the operator sees."""

    exit_status = USAGE


class CannotListen(ProcdefError):
    """The server cannot listen on an address. The message is the one line that the operator sees."""

    exit_status = USAGE


class CannotWrite(ProcdefError):
    """A command cannot write a file or folder. The message is the one line that the operator sees."""

    def __init__(self, path: object, error: OSError) -> None:
        super().__init__(f"{path} cannot be written: {error.strerror or error}.")


@dataclass(frozen=True, slots=True)
class Problem:
    """One error or warning of a BPMN file.

    `line` and `column` are the position after the `>` of the element's start tag, counted from 1; 0 if there is no position.
    """

    message: str
    line: int = 0
    column: int = 0
    main_element_id: str | None = None
    element_ids: tuple[str, ...] = ()


class InvalidBpmn(ProcdefError):
    """A BPMN file breaks the XML schema or the engine's parse rules. The error has every problem of the file."""

    def __init__(self, resource: str, errors: Sequence[Problem], warnings: Sequence[Problem] = ()) -> None:
        super().__init__(f"{resource}: {errors[0].message}")
        self.resource, self.errors, self.warnings = resource, tuple(errors), tuple(warnings)


class UnreadableBpmn(ProcdefError):
    """A BPMN file cannot be checked: it is not well-formed, it has a DOCTYPE, or an expression cannot be parsed.

    The message is that of the engine, unless that one comes from the Java VM. `line` and `column` are where the file stops being
    well-formed, counted from 1; 0 if there is no position.
    """

    def __init__(self, resource: str, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.resource, self.line, self.column = resource, line, column


class TimerIsOver(UnreadableBpmn):
    """All times of a start timer are past. An engine refuses the file now, but would have accepted it earlier."""


class NoPicture(ProcdefError):
    """A BPMN file has no picture. The message is the reason in one sentence."""


class NoPictureHere(NoPicture):
    """A BPMN file has no picture only because of this request or installation, so the reason is not kept."""
