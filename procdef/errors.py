"""The errors of the domain: raised deep, without HTTP, and translated once by each surface at its edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class ProcdefError(Exception):
    """The base of every error that procdef raises on purpose; its text may be shown to a client.

    `retry_after`: seconds after which the client may send the same request again; None if that is of no use.
    `exit_status`: the exit status of a command that ends with the error.
    """

    retry_after: int | None = None
    exit_status = 1


class NotFound(ProcdefError):
    """Something was asked for that is not there.

    `kind` names what (`definition`, `deployment`, `user` …), `ident` is the id or key that was asked for.
    """

    def __init__(self, kind: str, ident: str) -> None:
        super().__init__(f"There is no {kind} {ident!r}.")
        self.kind, self.ident = kind, ident


class InvalidInput(ProcdefError):
    """What a client sent to be stored is not acceptable: a text too long, a character that no database keeps, a wrong type."""


class Conflict(ProcdefError):
    """What a client asks for clashes with what is stored."""


class TooLarge(ProcdefError):
    """What a client sent is larger than a limit of the settings allows; the text names the limit."""


class CodedBody(ProcdefError):
    """The body of the request is compressed, which procdef does not read."""


class CodedTransfer(ProcdefError):
    """The transfer of the request has a coding other than chunks, which procdef does not read."""


class Unavailable(ProcdefError):
    """The store cannot answer now (no connection, no space, a lock that is not freed in time).

    `cause` is for the operator: the database's own words, which no client gets.
    """

    def __init__(self, message: str, retry_after: int | None = None, cause: str | None = None) -> None:
        super().__init__(message)
        self.retry_after, self.cause = retry_after, cause


def for_operator(error: Exception) -> str:
    """The one line that an operator gets of an error: its text and, where it has one, its cause."""
    cause = getattr(error, "cause", None)
    return " ".join((f"{error} {cause}" if cause else str(error)).split())


class Busy(ProcdefError):
    """Too much is asked at this moment, though nothing is broken."""

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooManyTries(Busy):
    """Passwords are tried faster than they are checked, or one was wrong a moment ago."""


class Overloaded(Busy):
    """More large bodies are being sent than there is room for."""


class NoHost(ProcdefError):
    """A request of HTTP/1.1 without the header Host."""

    def __init__(self) -> None:
        super().__init__("The request has no header Host.")


class UnknownHost(ProcdefError):
    """A request to a host name that is not procdef's, as a web page sends it whose name resolves to this server."""

    def __init__(self, host: str) -> None:
        super().__init__(f"procdef does not serve the host {host!r}: add its name to PROCDEF_ALLOWED_HOSTS, or set PROCDEF_PUBLIC_URL.")


class ForeignPage(ProcdefError):
    """A change that a web page of another origin asks for.

    `origin` is None if the browser does not name it.
    """

    def __init__(self, origin: str | None) -> None:
        about = "" if origin is None else f" ({origin})"
        super().__init__(
            f"A web page of another origin{about} may not change anything: add its origin to PROCDEF_CORS_ORIGINS, "
            "or set PROCDEF_PUBLIC_URL where it is procdef's own."
        )


class InvalidSetting(ProcdefError):
    """A setting has a value that procdef cannot run with; the text is the one line that the operator sees."""

    exit_status = 2


class CannotListen(ProcdefError):
    """An address that the server cannot listen on; the text is the one line that the operator sees."""


class CannotWrite(ProcdefError):
    """A file or folder that a command was given and cannot write; the text is the one line that the operator sees."""

    def __init__(self, path: object, error: OSError) -> None:
        super().__init__(f"{path} cannot be written: {error.strerror or error}.")


@dataclass(frozen=True, slots=True)
class Problem:
    """One error or warning of a BPMN file.

    `line` and `column` are those just after the `>` of the element's start tag, counted from 1; 0 where there is no place.
    """

    message: str
    line: int = 0
    column: int = 0
    main_element_id: str | None = None
    element_ids: tuple[str, ...] = ()


class InvalidBpmn(ProcdefError):
    """A BPMN file that breaks the schema or the engine's parse rules, with every problem that was found in it."""

    def __init__(self, resource: str, errors: Sequence[Problem], warnings: Sequence[Problem] = ()) -> None:
        super().__init__(f"{resource}: {errors[0].message}")
        self.resource, self.errors, self.warnings = resource, tuple(errors), tuple(warnings)


class UnreadableBpmn(ProcdefError):
    """A BPMN file that cannot be judged at all: not well-formed, with a DOCTYPE, or with an expression that cannot be parsed.

    The text is the engine's own where the engine's is not a text of the Java VM.
    """

    def __init__(self, resource: str, message: str) -> None:
        super().__init__(message)
        self.resource = resource


class TimerIsOver(UnreadableBpmn):
    """A process is to be started by a timer whose times are all past; an engine refuses it now, but accepted it once."""
