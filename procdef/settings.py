"""The settings: one table, read from the environment, each value checked by the marshmallow field of its row."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, make_dataclass
from difflib import get_close_matches
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from marshmallow import Schema, ValidationError, fields, validate

from procdef.errors import InvalidSetting

MEBIBYTE = 1024 * 1024
OFF, NONE = "", "none"
"""No authentication: as long as nobody else can reach procdef, and in any case."""
SCHEMES = ("basic", "token")
PREFIX = "PROCDEF_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: the attribute of `Settings`, the environment variable, the field that reads and checks it, and what it is for.

    The value of a secret one is never shown.
    """

    name: str
    variable: str
    field: fields.Field[Any]
    help: str
    secret: bool = False


def _database_url(value: str) -> None:
    if not re.match(r"(sqlite:///.|postgres(ql)?://.)", value):
        raise ValidationError("must begin with sqlite:/// or postgresql://")


def _web_url(value: str) -> None:
    if value and not re.match(r"https?://[^/]", value):
        raise ValidationError("must begin with http:// or https://")


def _root_url(value: str) -> None:
    _web_url(value)
    if found := re.search(r"(/engine-rest|/api/v1)/*$", value):
        raise ValidationError(f"must be the server's root: procdef adds {found[1]} itself")


def _host(value: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", value) and not _is_ipv6(bare(value)):
        raise ValidationError("must be a name or an address, without a port")


ORIGIN = re.compile(r"(https?://[a-z0-9.\-\[\]:]+|(chrome|moz)-extension://[a-z0-9-]+)")
NO_ORIGINS = {
    "*": "would allow every web page",
    "null": "is what pages of any sandbox and any local file call themselves",
    "file://": "would be every file that somebody opens",
}
"""What looks like an origin and is none that could be trusted, with the reason."""


def _origins(value: str) -> None:
    for origin in origins_of(value):
        if origin in NO_ORIGINS:
            raise ValidationError(f"{origin} {NO_ORIGINS[origin]}: list each origin by itself")
        if not ORIGIN.fullmatch(origin):
            raise ValidationError("must be origins as https://apps.example.org, in small letters, separated by commas")


def origins_of(value: str) -> frozenset[str]:
    """The origins of a list with commas; blanks, and a slash at the end of an origin, do not count."""
    return frozenset(re.sub(r"(?<=[^/])/$", "", origin.strip()) for origin in value.split(",")) if value else frozenset()


def _hosts(value: str) -> None:
    if value and not all(re.fullmatch(r"\s*([A-Za-z0-9_.-]+|\[?[0-9A-Fa-f:]+\]?)\s*", host) for host in value.split(",")):
        raise ValidationError("must be names or addresses without a port, separated by commas; there are no wildcards")


def _auth(value: str) -> None:
    if value not in (OFF, NONE) and not set(value.split(",")) <= {*SCHEMES}:
        raise ValidationError(f"must be {' or '.join(SCHEMES)}, or both separated by a comma, or {NONE}")


def _history_ttl(value: str) -> None:
    if value and not re.fullmatch(r"P\d{1,9}D|\d{1,9}", value):
        raise ValidationError("must be a number of days, as P180D or 180, or empty for none")


def _text(default: str, *checks: Any) -> fields.Field[Any]:
    return fields.String(load_default=default, validate=list(checks))


def _number(default: int, lowest: int = 1, highest: int = 2**31 - 1) -> fields.Field[Any]:
    return fields.Integer(load_default=default, validate=validate.Range(lowest, highest))


SETTINGS = (
    Setting("database_url", "PROCDEF_DATABASE_URL", _text("sqlite:///var/procdef.db", _database_url), "Where the definitions are kept: `sqlite:///FILE` (the folder is made) or `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`.", secret=True),
    Setting("pool_size", "PROCDEF_POOL_SIZE", _number(16, 1, 1000), "Connections to PostgreSQL that one worker process keeps at most."),
    Setting("pool_timeout", "PROCDEF_POOL_TIMEOUT", _number(30, 1, 600), "Seconds that a request waits for a free connection or for another's write to end, before it is answered 503."),
    Setting("connect_timeout", "PROCDEF_CONNECT_TIMEOUT", _number(5, 2, 600), "Seconds that PostgreSQL may take to accept a connection, and no more than `PROCDEF_POOL_TIMEOUT`."),
    Setting("statement_timeout", "PROCDEF_STATEMENT_TIMEOUT", _number(0, 0, 86_400), "Seconds that PostgreSQL may take for one statement of a request, before it is answered 503; 0 for as many as `PROCDEF_POOL_TIMEOUT`. Migrations, imports of folders and mirroring may take as long as they need."),
    Setting("host", "HOST", _text("127.0.0.1", _host), "Address that procdef listens on."),
    Setting("port", "PORT", _number(8080, 1, 65535), "Port that procdef listens on."),
    Setting("public_url", "PROCDEF_PUBLIC_URL", _text("", _root_url), "URL of the server's root as clients reach it, for links; where it is empty, `http://HOST:PORT`."),
    Setting("engine_rest_url", "PROCDEF_ENGINE_REST_URL", _text("", _web_url), "REST URL of the engine that executes the processes, as `https://engine.example.org/engine-rest`; named to clients that ask procdef to execute."),
    Setting("webapps_url", "PROCDEF_WEBAPPS_URL", _text("", _web_url), "URL of the engine's web apps, as `https://engine.example.org/camunda/app`; the Camunda Modeler opens its Cockpit after a deployment. Empty for none."),
    Setting("cors_origins", "PROCDEF_CORS_ORIGINS", _text("", _origins), "Origins whose web pages may send requests to procdef and read the answers, separated by commas, as `https://apps.example.org`; empty for none."),
    Setting("allowed_hosts", "PROCDEF_ALLOWED_HOSTS", _text("", _hosts), "Other host names that procdef answers to, without ports, separated by commas. If empty: any name; without a login on a loopback address only this host's own names and that of `PROCDEF_PUBLIC_URL`."),
    Setting("auth", "PROCDEF_AUTH", _text(OFF, _auth), "How clients log in: `basic` (user id and password), `token`, or `basic,token`. Empty: no login; then procdef starts only on a loopback address. `none`: no login on any address."),
    Setting("workers", "PROCDEF_WORKERS", _number(2, 1, 64), "Worker processes that procdef starts."),
    Setting("max_connections", "PROCDEF_MAX_CONNECTIONS", _number(1000, 1, 1_000_000), "Connections that each worker keeps at most; beyond that it closes the one that has been idle longest."),
    Setting("head_timeout", "PROCDEF_HEAD_TIMEOUT", _number(10, 1, 3600), "Seconds that a client has to send the request line and all headers."),
    Setting("body_timeout", "PROCDEF_BODY_TIMEOUT", _number(30, 1, 3600), "Seconds that a client may pause while it sends a body, and that it has to read each MiB of an answer."),
    Setting("upload_memory", "PROCDEF_UPLOAD_MEMORY", _number(24 * MEBIBYTE, MEBIBYTE), "Bytes of large bodies that each worker processes at once; other large bodies wait on the disk, and are answered 503 if that takes too long."),
    Setting("threads", "PROCDEF_THREADS", _number(64, 1, 1000), "Threads of each worker, which is how many requests it answers at once."),
    Setting("cache_size", "PROCDEF_CACHE_SIZE", _number(4, 0, 1_000_000), "MiB that each worker gives to answers that it keeps until the store changes; 0 for none."),
    Setting("compress_from", "PROCDEF_COMPRESS_FROM", _number(1024, 0), "Bytes from which on an answer is compressed for a client that asks for it (`zstd`, `br` or `gzip`); 0 for never."),
    Setting("max_body", "PROCDEF_MAX_BODY", _number(16 * MEBIBYTE), "Bytes of a request's body at most; a larger one is answered 413."),
    Setting("max_import", "PROCDEF_MAX_IMPORT", _number(100 * MEBIBYTE), "Bytes of a file of processes that is imported at most, and of the files in a zip together; a larger one is answered 413."),
    Setting("max_parts", "PROCDEF_MAX_PARTS", _number(1000), "Parts of one upload form at most; more are answered 413."),
    Setting("max_field", "PROCDEF_MAX_FIELD", _number(MEBIBYTE), "Bytes of all the fields of an upload form that are not files, at most; more are answered 413."),
    Setting("max_elements", "PROCDEF_MAX_ELEMENTS", _number(100_000), "XML elements of one BPMN file at most; a larger one is answered 413."),
    Setting("max_id", "PROCDEF_MAX_ID", _number(255, 1, 255), "Characters of a process's id at most; a longer one is answered 400."),
    Setting("max_name", "PROCDEF_MAX_NAME", _number(255, 1, 255), "Characters of the name of a process or a deployment, and of a deployment's source, at most; a longer one is answered 400."),
    Setting("max_tag", "PROCDEF_MAX_TAG", _number(64, 1, 64), "Characters of a version tag at most; a longer one is answered 400."),
    Setting("max_tenant", "PROCDEF_MAX_TENANT", _number(64, 1, 64), "Characters of a tenant's id at most; a longer one is answered 400."),
    Setting("engine", "PROCDEF_ENGINE", _text("operaton", validate.OneOf(("operaton", "camunda"))), "The engine as which BPMN files are read: `operaton` reads the extensions of Operaton's namespace, then of Camunda's and Activiti's; `camunda` ignores Operaton's, as Camunda 7.24 does. What is mirrored is always read as `operaton`."),
    Setting("history_time_to_live", "PROCDEF_HISTORY_TIME_TO_LIVE", _text("P180D", _history_ttl), "History time to live of a process whose file gives none, as `P180D`; empty for none."),
    Setting("enforce_history_time_to_live", "PROCDEF_ENFORCE_HISTORY_TIME_TO_LIVE", fields.Boolean(load_default=True), "Whether a process without any history time to live is refused."),
    Setting("log_level", "PROCDEF_LOG_LEVEL", _text("info", validate.OneOf(("debug", "info", "warning", "error"))), "Least severity that is logged: debug, info, warning or error."),
    Setting("log_format", "PROCDEF_LOG_FORMAT", _text("text", validate.OneOf(("text", "json"))), "Form of the log's lines: text or json."),
    Setting("access_log", "PROCDEF_ACCESS_LOG", fields.Boolean(load_default=False), "Whether a line is logged for each request."),
)  # fmt: skip

if TYPE_CHECKING:
    Settings = Any
else:
    Settings = make_dataclass("Settings", [(row.name, Any, field(default=row.field.load_default)) for row in SETTINGS], frozen=True)
    Settings.__module__ = __name__  # so that another process can be given them
    Settings.__doc__ = "The values of every row of `SETTINGS`, as attributes under the row's name."


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings as the environment gives them, the default where it gives nothing.

    Raises InvalidSetting, which names the first variable with a wrong value and what is wrong with it.
    """
    given = os.environ if environment is None else environment
    schema = Schema.from_dict({row.variable: row.field for row in SETTINGS})()
    try:
        values = schema.load({row.variable: given[row.variable] for row in SETTINGS if row.variable in given})
    except ValidationError as error:
        row = next(row for row in SETTINGS if row.variable in error.messages_dict)
        reason = " ".join(error.messages_dict[row.variable])
        shown = row.variable if row.secret else f"{row.variable}={given[row.variable]!r}"
        raise InvalidSetting(f"{shown} is not a valid value: {reason}") from error
    return Settings(**{row.name: values[row.variable] for row in SETTINGS})


def unknown_variables(environment: Mapping[str, str] | None = None) -> list[str]:
    """A line for each variable of the environment that has the prefix of the settings and is none: its name may be misspelt."""
    known = [row.variable for row in SETTINGS if row.variable.startswith(PREFIX)]
    unknown = sorted(name for name in (os.environ if environment is None else environment) if name.startswith(PREFIX) and name not in known)
    return [f"{name} is not a setting of procdef{_suggestion(name, known)}" for name in unknown]


def _suggestion(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name.removeprefix(PREFIX), [row.removeprefix(PREFIX) for row in known], 1, cutoff=0.75)
    return f"; did you mean {PREFIX}{near[0]}?" if near else "."


def check_reach(settings: Settings, addresses: Iterable[Any]) -> None:
    """Raises InvalidSetting where an address to listen on can be reached from elsewhere, without authentication and though nobody said so.

    An address is a host with a port, or else the path of a Unix socket or the number of a socket, which is not looked at.
    """
    for address in addresses:
        if settings.auth == OFF and isinstance(address, tuple) and not is_loopback(address[0]):
            raise InvalidSetting(f"PROCDEF_AUTH is empty and {address[0]} is no loopback address: set PROCDEF_AUTH to basic, token or none")


def is_loopback(host: str) -> bool:
    """Whether only programs of this host reach an address; a name other than localhost is none."""
    try:
        return host == "localhost" or ip_address(bare(host)).is_loopback
    except ValueError:
        return False


def bare(host: str) -> str:
    """A host without the brackets in which a URL writes an IPv6 address."""
    return host.removeprefix("[").removesuffix("]")


def authority(host: str, port: int) -> str:
    """A host and a port as a URL writes them: an IPv6 address in brackets."""
    return f"[{bare(host)}]:{port}" if ":" in host else f"{host}:{port}"


def _is_ipv6(host: str) -> bool:
    try:
        return ip_address(host).version == 6
    except ValueError:
        return False
