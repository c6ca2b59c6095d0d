"""The settings: one typed table, read from the environment. A marshmallow field reads and checks each value."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any, TypeVar

from marshmallow import Schema, ValidationError, fields, validate

from procdef.errors import InvalidSetting

Value = TypeVar("Value", str, int, bool)
MEBIBYTE = 1024 * 1024
OFF, NONE = "", "none"
"""Two values of PROCDEF_AUTH without authentication: the first is allowed on loopback addresses only, the second on every address."""
BASIC = "basic"
TOKEN, PROXY, OIDC = "token", "proxy", "oidc"
SCHEMES = (BASIC, TOKEN, PROXY, OIDC)
UNIX = "unix"
"""Among the trusted proxies: every program that connects by a Unix socket."""
METRICS_OFF, METRICS_ON, METRICS_OPEN = "off", "on", "open"
PREFIX = "PROCDEF_"
OF_CLIENTS = frozenset(f"{PREFIX}{name}" for name in ("CONFIG", "CONTEXT", "URL", "TOKEN", "USER", "PASSWORD"))
"""Variables with the prefix that are no settings: by them, `procdef.client` finds a server and the credentials."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One entry of the table: the attribute of `Settings`, the environment variable, the field that reads and checks it, what it is for.

    The value of a secret one is never shown, and a file can have it.
    """

    name: str
    variable: str
    field: fields.Field[Any]
    help: str
    secret: bool = False

    @property
    def file_variable(self) -> str | None:
        """The environment variable that names a file with the value; None unless it is secret."""
        return f"{self.variable}_FILE" if self.secret else None

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that can give the value."""
        return (self.variable,) if self.file_variable is None else (self.variable, self.file_variable)

    def source_in(self, environment: Mapping[str, str]) -> str | None:
        """The variable that gives the value; None if none is set. An empty one gives way to the other.

        Raises InvalidSetting if both have a value.
        """
        given = [name for name in self.variables if name in environment]
        filled = [name for name in given if environment[name]]
        if len(filled) > 1:
            raise InvalidSetting(f"{' and '.join(filled)} are both set: remove one of them.")
        return next(iter(filled or given), None)


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
"""Values that look like an origin and cannot be trusted, with the reason."""


def _origins(value: str) -> None:
    for origin in origins_of(value):
        if origin in NO_ORIGINS:
            raise ValidationError(f"{origin} {NO_ORIGINS[origin]}: list each origin by itself")
        if not ORIGIN.fullmatch(origin):
            raise ValidationError("must be origins as https://apps.example.org, in small letters, separated by commas")


def origins_of(value: str) -> frozenset[str]:
    """The origins of a comma-separated list. Blanks around an origin and a slash at its end are ignored."""
    return frozenset(re.sub(r"(?<=[^/])/$", "", origin.strip()) for origin in value.split(",")) if value else frozenset()


def _hosts(value: str) -> None:
    if value and not all(re.fullmatch(r"\s*([A-Za-z0-9_.-]+|\[?[0-9A-Fa-f:]+\]?)\s*", host) for host in value.split(",")):
        raise ValidationError("must be names or addresses without a port, separated by commas; there are no wildcards")


def _auth(value: str) -> None:
    if value not in (OFF, NONE) and not set(value.split(",")) <= {*SCHEMES}:
        raise ValidationError(f"must be some of {', '.join(SCHEMES)}, with a comma between two, or {NONE}")


def _header(value: str) -> None:
    if value and (not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", value) or value.lower() in ("authorization", "cookie", "host")):
        raise ValidationError("must be the name of a header, as X-Forwarded-User")


def _networks(value: str) -> None:
    try:
        networks, _ = proxies_of(value)
    except ValueError as error:
        raise ValidationError(f"must be addresses or networks, as 10.0.0.0/24, or {UNIX}, with a comma between two") from error
    if not all(network.prefixlen for network in networks):
        raise ValidationError("would trust every address")


def proxies_of(value: str) -> tuple[list[IPv4Network | IPv6Network], bool]:
    """The networks of a comma-separated list, and whether Unix sockets are in it. Raises ValueError."""
    words = {word.strip() for word in value.split(",")} - {""}
    return [ip_network(word) for word in sorted(words - {UNIX})], UNIX in words


def _history_ttl(value: str) -> None:
    if value and not re.fullmatch(r"P\d{1,9}D|\d{1,9}", value):
        raise ValidationError("must be a number of days, as P180D or 180, or empty for none")


def _string(default: str, *checks: Any) -> fields.Field[str]:
    return fields.String(load_default=default, validate=list(checks))


def _integer(default: int, lowest: int = 1, highest: int = 2**31 - 1) -> fields.Field[int]:
    return fields.Integer(load_default=default, validate=validate.Range(lowest, highest))


def _setting(variable: str, check: fields.Field[Value], text: str, *, secret: bool = False) -> Value:
    """A field of `Settings` with its entry as metadata; mypy compares the type of the attribute with that of `check`."""
    entry = {"variable": variable, "field": check, "help": text, "secret": secret}
    found: Value = dataclasses.field(default=check.load_default, metadata=entry)
    return found


@dataclass(frozen=True)
class Settings:
    """The value of each setting, as an attribute. The metadata of a field are its entry in `SETTINGS`."""

    # fmt: off
    database_url: str = _setting("PROCDEF_DATABASE_URL", _string("sqlite:///var/procdef.db", _database_url), "The database: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`. FILE is relative to the current folder; an absolute path has four slashes: `sqlite:////var/lib/procdef/procdef.db`. A missing folder is created.", secret=True)
    pool_size: int = _setting("PROCDEF_POOL_SIZE", _integer(16, 1, 1000), "Connections to PostgreSQL that one worker keeps at most.")
    pool_timeout: int = _setting("PROCDEF_POOL_TIMEOUT", _integer(30, 1, 600), "Seconds that a request waits for a free connection or for another write to end, before it is answered 503.")
    connect_timeout: int = _setting("PROCDEF_CONNECT_TIMEOUT", _integer(5, 2, 600), "Seconds that PostgreSQL may take to accept a connection, and no more than `PROCDEF_POOL_TIMEOUT`.")
    statement_timeout: int = _setting("PROCDEF_STATEMENT_TIMEOUT", _integer(0, 0, 86_400), "Seconds that PostgreSQL may take for one statement of a request, before it is answered 503; 0 for as many as `PROCDEF_POOL_TIMEOUT`. Migrations, imports of folders and mirroring may take as long as they need.")
    host: str = _setting("HOST", _string("127.0.0.1", _host), "Address that procdef listens on.")
    port: int = _setting("PORT", _integer(8080, 1, 65535), "Port that procdef listens on.")
    public_url: str = _setting("PROCDEF_PUBLIC_URL", _string("", _root_url), "URL of the server's root as clients reach it, for links; where it is empty, `http://HOST:PORT`.")
    engine_rest_url: str = _setting("PROCDEF_ENGINE_REST_URL", _string("", _web_url), "REST URL of the engine that executes the processes, as `https://engine.example.org/engine-rest`; named to clients that request an execution.")
    webapps_url: str = _setting("PROCDEF_WEBAPPS_URL", _string("", _web_url), "URL of the engine's web apps, as `https://engine.example.org/camunda/app`; the Camunda Modeler opens its Cockpit after a deployment. Empty for none.")
    cors_origins: str = _setting("PROCDEF_CORS_ORIGINS", _string("", _origins), "Origins whose web pages may send requests to procdef and read the answers, comma-separated, as `https://apps.example.org`; empty for none.")
    allowed_hosts: str = _setting("PROCDEF_ALLOWED_HOSTS", _string("", _hosts), "Other host names that procdef answers to, without ports, comma-separated. If empty: any name; without a login on a loopback address only this host's own names and that of `PROCDEF_PUBLIC_URL`.")
    auth: str = _setting("PROCDEF_AUTH", _string(OFF, _auth), "How clients log in: `basic` (user id and password), `token`, `proxy` (a proxy names the user in a header), `oidc` (a provider of OpenID Connect), or several, as `basic,token`. Empty: no login; then procdef starts only on a loopback address. `none`: no login on any address.")
    proxy_user_header: str = _setting("PROCDEF_PROXY_USER_HEADER", _string("X-Forwarded-User", _header, validate.Length(1)), "Header in which a proxy names the user, where `PROCDEF_AUTH` has `proxy`.")
    proxy_groups_header: str = _setting("PROCDEF_PROXY_GROUPS_HEADER", _string("", _header), "Header in which a proxy names groups of the user, comma-separated. They count for the one request, besides those of the store. Empty for none.")
    trusted_proxies: str = _setting("PROCDEF_TRUSTED_PROXIES", _string("", _networks), "Proxies whose headers name users: addresses or networks, comma-separated, as `10.0.0.5,10.1.0.0/24`, and `unix` for Unix sockets. The address of the connection counts, and no header. Needed where `PROCDEF_AUTH` has `proxy`.")
    oidc_issuer: str = _setting("PROCDEF_OIDC_ISSUER", _string("", _web_url), "Provider of OpenID Connect that logs users in, where `PROCDEF_AUTH` has `oidc`: its issuer, exactly as it writes it, as `https://login.example.org/realms/work`.")
    oidc_client_id: str = _setting("PROCDEF_OIDC_CLIENT_ID", _string(""), "Id of procdef at the provider.")
    oidc_client_secret: str = _setting("PROCDEF_OIDC_CLIENT_SECRET", _string(""), "Secret of procdef at the provider. Empty for a client without one.", secret=True)
    oidc_scopes: str = _setting("PROCDEF_OIDC_SCOPES", _string("openid profile"), "Scopes that procdef asks the provider for, with a blank between two.")
    oidc_audience: str = _setting("PROCDEF_OIDC_AUDIENCE", _string(""), "Audience that access tokens of the provider must have, with which programs log in. Empty: no program can.")
    oidc_user_claim: str = _setting("PROCDEF_OIDC_USER_CLAIM", _string("sub", validate.Length(1)), "Claim that is the user's id, as `preferred_username`. It must be one that users cannot choose themselves.")
    oidc_groups_claim: str = _setting("PROCDEF_OIDC_GROUPS_CLAIM", _string(""), "Claim with groups of the user, as `groups` or `realm_access.roles`. They count for the login, besides those of the store. Empty for none.")
    oidc_tenants_claim: str = _setting("PROCDEF_OIDC_TENANTS_CLAIM", _string(""), "Claim with tenants of the user. They count for the login, besides those of the store. Empty for none.")
    oidc_label: str = _setting("PROCDEF_OIDC_LABEL", _string("your company"), "What the page of the login calls the provider: “Log in with …”.")
    password_length: int = _setting("PROCDEF_PASSWORD_LENGTH", _integer(10, 1, 1000), "Characters that a new password must have at least. Passwords that are set already stay valid.")
    authorization: bool = _setting("PROCDEF_AUTHORIZATION", fields.Boolean(load_default=False), "Whether users may see and do only what authorizations and tenants allow. It needs `PROCDEF_AUTH`. `false` or `off`: every user who is logged in may do everything.")
    workers: int = _setting("PROCDEF_WORKERS", _integer(2, 1, 64), "Workers (processes that answer requests) that procdef starts.")
    max_connections: int = _setting("PROCDEF_MAX_CONNECTIONS", _integer(1000, 1, 1_000_000), "Connections that each worker keeps at most; beyond that it closes the one that has been idle longest.")
    head_timeout: int = _setting("PROCDEF_HEAD_TIMEOUT", _integer(10, 1, 3600), "Seconds that a client has to send the request line and all headers.")
    body_timeout: int = _setting("PROCDEF_BODY_TIMEOUT", _integer(30, 1, 3600), "Seconds that a client may pause while it sends a body, and that it has to read each MiB of an answer.")
    upload_memory: int = _setting("PROCDEF_UPLOAD_MEMORY", _integer(24 * MEBIBYTE, MEBIBYTE), "Bytes of large bodies that each worker processes at once; other large bodies wait on the disk, and are answered 503 if that takes too long.")
    threads: int = _setting("PROCDEF_THREADS", _integer(64, 1, 1000), "Threads of each worker, which is how many requests it answers at once.")
    cache_size: int = _setting("PROCDEF_CACHE_SIZE", _integer(4, 0, 1_000_000), "MiB that each worker gives to its response cache; 0 for none.")
    compress_from: int = _setting("PROCDEF_COMPRESS_FROM", _integer(1024, 0), "Bytes from which on an answer is compressed for a client that asks for it (`zstd`, `br` or `gzip`); 0 for never.")
    max_body: int = _setting("PROCDEF_MAX_BODY", _integer(16 * MEBIBYTE), "Bytes of a request's body at most; a larger one is answered 413.")
    max_import: int = _setting("PROCDEF_MAX_IMPORT", _integer(100 * MEBIBYTE), "Bytes of a file of processes that is imported at most, and of the files in a zip together; a larger one is answered 413.")
    max_parts: int = _setting("PROCDEF_MAX_PARTS", _integer(1000), "Parts of one upload form at most; more are answered 413.")
    max_field: int = _setting("PROCDEF_MAX_FIELD", _integer(MEBIBYTE), "Bytes of all the fields of an upload form that are not files, at most; more are answered 413.")
    max_elements: int = _setting("PROCDEF_MAX_ELEMENTS", _integer(100_000), "XML elements of one BPMN file at most; a larger one is answered 413.")
    max_id: int = _setting("PROCDEF_MAX_ID", _integer(255, 1, 255), "Characters of a process's id at most; a longer one is answered 400.")
    max_name: int = _setting("PROCDEF_MAX_NAME", _integer(255, 1, 255), "Characters of the name of a process or a deployment, and of a deployment's source, at most; a longer one is answered 400.")
    max_tag: int = _setting("PROCDEF_MAX_TAG", _integer(64, 1, 64), "Characters of a version tag at most; a longer one is answered 400.")
    max_tenant: int = _setting("PROCDEF_MAX_TENANT", _integer(64, 1, 64), "Characters of a tenant's id at most; a longer one is answered 400.")
    engine: str = _setting("PROCDEF_ENGINE", _string("operaton", validate.OneOf(("operaton", "camunda"))), "The engine as which BPMN files are read: `operaton` reads the extensions of Operaton's namespace, then of Camunda's and Activiti's; `camunda` ignores Operaton's, as Camunda 7.24 does. What is mirrored is always read as `operaton`.")
    history_time_to_live: str = _setting("PROCDEF_HISTORY_TIME_TO_LIVE", _string("P180D", _history_ttl), "History time to live of a process whose file gives none, as `P180D`; empty for none.")
    enforce_history_time_to_live: bool = _setting("PROCDEF_ENFORCE_HISTORY_TIME_TO_LIVE", fields.Boolean(load_default=True), "Whether a process without any history time to live is refused.")
    statistics_filters: bool = _setting("PROCDEF_STATISTICS_FILTERS", fields.Boolean(load_default=False), "Whether `GET /process-definition/statistics` heeds the filters, the order and the page of definitions. Web apps send them, and an engine ignores them.")
    events_kept: int = _setting("PROCDEF_EVENTS_KEPT", _integer(365, 0, 36_500), "Days for which events and the operations of users are kept; 0 for ever. The newest event always stays.")
    web: bool = _setting("PROCDEF_WEB", fields.Boolean(load_default=True), "Whether people can use procdef in a browser: the pages from `/definitions` on. `false` or `off`: none of them is there.")
    embedded_in: str = _setting("PROCDEF_EMBEDDED_IN", _string("", _origins), "Origins whose web pages may show procdef's pages in a frame, comma-separated, as `https://portal.example.org`; empty for none.")
    metrics: str = _setting("PROCDEF_METRICS", _string(METRICS_ON, validate.OneOf((METRICS_OFF, METRICS_ON, METRICS_OPEN))), "Whether Prometheus can read `GET /metrics`: `on`, with a login where there is one; `open`, without a login; `off`, not at all.")
    metrics_definitions: int = _setting("PROCDEF_METRICS_DEFINITIONS", _integer(1000, 0, 1_000_000), "Latest versions that `/metrics` names one by one, at most; 0 for none.")
    log_level: str = _setting("PROCDEF_LOG_LEVEL", _string("info", validate.OneOf(("debug", "info", "warning", "error"))), "Least severity that is logged: debug, info, warning or error.")
    log_format: str = _setting("PROCDEF_LOG_FORMAT", _string("text", validate.OneOf(("text", "json"))), "Form of the log's lines: text or json.")
    access_log: bool = _setting("PROCDEF_ACCESS_LOG", fields.Boolean(load_default=False), "Whether a line is logged for each request.")
    # fmt: on

    @property
    def public_root(self) -> str:
        """The URL of the server's root as clients reach it, without a slash at its end."""
        return (self.public_url or f"http://{authority(self.host, self.port)}").rstrip("/")

    def accepts(self, word: str) -> bool:
        """Whether PROCDEF_AUTH has a word: whether users can log in in this way."""
        return word in self.auth.split(",")


SETTINGS = tuple(Setting(field.name, **field.metadata) for field in dataclasses.fields(Settings))
"""The entries of the table, in its order."""


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of an environment, by default that of the process. A variable that is not set has its default value.

    Raises InvalidSetting, whose text names the first variable with an invalid value and the reason.
    """
    environment = os.environ if environment is None else environment
    given = {entry.variable: text for entry in SETTINGS if (text := _text(entry, environment)) is not None}
    schema = Schema.from_dict({entry.variable: entry.field for entry in SETTINGS})()
    try:
        values = schema.load(given)
    except ValidationError as error:
        entry = next(entry for entry in SETTINGS if entry.variable in error.messages_dict)
        reason = " ".join(error.messages_dict[entry.variable])
        shown = entry.source_in(environment) if entry.secret else f"{entry.variable}={given[entry.variable]!r}"
        raise InvalidSetting(f"{shown} is not a valid value: {reason}") from error
    settings = Settings(**{entry.name: values[entry.variable] for entry in SETTINGS})
    _check_together(settings)
    return settings


def _check_together(settings: Settings) -> None:
    """Check what one setting needs of others. Raises InvalidSetting."""
    if settings.authorization and settings.auth in (OFF, NONE):
        raise InvalidSetting("PROCDEF_AUTHORIZATION needs users who log in: set PROCDEF_AUTH to basic, token or both.")
    if settings.accepts(PROXY) and not settings.trusted_proxies:
        raise InvalidSetting("PROCDEF_AUTH has proxy, so PROCDEF_TRUSTED_PROXIES must name the proxies that are trusted.")
    if settings.accepts(OIDC) and not (settings.oidc_issuer and settings.oidc_client_id):
        raise InvalidSetting("PROCDEF_AUTH has oidc, so PROCDEF_OIDC_ISSUER and PROCDEF_OIDC_CLIENT_ID must be set.")


def is_given(variable: str) -> bool:
    """Whether the process's environment has a setting, by its own variable or by that of its file."""
    return not {variable, f"{variable}_FILE"}.isdisjoint(os.environ)


def _text(entry: Setting, environment: Mapping[str, str]) -> str | None:
    """The value that the environment or a file gives; None if neither does. Raises InvalidSetting, which shows neither path nor content."""
    source = entry.source_in(environment)
    if source is None or source == entry.variable:
        return environment.get(entry.variable)
    try:
        return Path(environment[source]).read_text(encoding="utf-8").removesuffix("\n")
    except OSError as error:
        reason = error.strerror
    except ValueError:
        reason = "it is no text in UTF-8"
    raise InvalidSetting(f"{source} names a file that cannot be read: {reason}")


def unknown_variables(environment: Mapping[str, str] | None = None) -> list[str]:
    """A warning of one line for each variable with the prefix of the settings that is not a setting: its name may be misspelt."""
    known = [name for entry in SETTINGS for name in entry.variables if name.startswith(PREFIX)]
    given = os.environ if environment is None else environment
    unknown = sorted(name for name in given if name.startswith(PREFIX) and name not in known and name not in OF_CLIENTS)
    return [f"{name} is not a setting of procdef{_suggestion(name, known)}" for name in unknown]


def _suggestion(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # seldom needed, and each command would wait for it

    near = get_close_matches(name.removeprefix(PREFIX), [variable.removeprefix(PREFIX) for variable in known], 1, cutoff=0.75)
    return f"; did you mean {PREFIX}{near[0]}?" if near else "."


def check_reach(settings: Settings, addresses: Iterable[Any]) -> None:
    """Raises InvalidSetting where other hosts can reach an address and PROCDEF_AUTH is empty.

    An address is a tuple of host and port. The path of a Unix socket and the number of a socket are not checked.
    """
    for address in addresses:
        if settings.auth == OFF and isinstance(address, tuple) and not is_loopback(address[0]):
            raise InvalidSetting(f"PROCDEF_AUTH is empty and {address[0]} is no loopback address: set PROCDEF_AUTH to basic, token or none")


def is_loopback(host: str) -> bool:
    """Whether only programs on this host can reach an address. No name except localhost counts as loopback."""
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
