"""Which versions can go: the rule, for REST, the page and the command line. It reads no store and sends no request.

A version stays if a row of REASONS says so. Otherwise it stays if a version that stays calls it in a way that means exactly this version.
The bytes of a version are those of its deployment, which can go if all its definitions can, and it has nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

import orjson

from procdef.bpmn.grammar.java_text import java_int
from procdef.bpmn.model import Call

KEEP = 5
"""How many of the newest versions of a key and tenant stay, if nothing else is said."""
MOST_NAMED = 10
"""Of the calling versions that keep one, so many are named at most."""
MOST_LEVELS = 100
"""How far calls are followed from one version to the next. Those that call from even further away count as staying."""
BY_VERSION, BY_TAG, BY_DEPLOYMENT, BY_UNKNOWN = "CALLED_BY_VERSION", "CALLED_BY_VERSION_TAG", "CALLED_BY_DEPLOYMENT", "MAY_BE_CALLED"


@dataclass(frozen=True, slots=True)
class Version:
    """What the rule needs to know of a definition.

    `newer` is the number of newer versions of its key and tenant; it may be counted only up to the number that is kept. `incidents` are the
    open ones. `instances` are the running ones, None if that is not known. A version that is not `chosen` stays: nobody asked about it.
    """

    id: str
    key: str
    version: int
    version_tag: str | None
    tenant_id: str | None
    deployment_id: str
    deployed: datetime
    newer: int
    incidents: int = 0
    instances: int | None = 0
    chosen: bool = True


class Policy(NamedTuple):
    """What is asked for: how many of the newest versions stay, and before which moment a version must have been deployed to go.

    `knows_calls` is false while it is not known of all definitions what they call.
    """

    keep: int = KEEP
    before: datetime | None = None
    knows_calls: bool = True


class Reason(NamedTuple):
    """Why a version stays: the code of a row, and what it is about, as a number or the id of a definition."""

    code: str
    about: str = ""

    def __str__(self) -> str:
        return f"{self.code} {self.about}".rstrip()


class Row(NamedTuple):
    """A reason: its code, what it means, its words for people, and what it is about for a version; None if the version does not have it.

    The words are those of one version and of several ones, with `{}` for what the reason is about.
    """

    code: str
    meaning: str
    words: tuple[str, str]
    about: Callable[[Version, Policy], str | None]


def _same(text: str) -> tuple[str, str]:
    return text, text


def _if(condition: bool, about: object = "") -> str | None:
    return str(about) if condition else None


def _deployed_since(version: Version, policy: Policy) -> str | None:
    is_new = policy.before is not None and version.deployed >= policy.before
    return _if(is_new, version.deployed.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000"))


def _of_calls(_version: Version, _policy: Policy) -> str | None:
    """Calls are looked at for all versions together."""
    return None


LATEST, AMONG_NEWEST, NOT_CHOSEN = "LATEST", "AMONG_NEWEST", "NOT_CHOSEN"
DEPLOYED_SINCE = "DEPLOYED_SINCE"
OWN = (
    Row(LATEST, "It is the latest version of its key and tenant.", _same("latest"), lambda one, _: _if(not one.newer)),
    Row(
        AMONG_NEWEST,
        "It is among the newest versions of its key and tenant. The number says how many are kept.",
        _same("among the newest"),
        lambda one, policy: _if(0 < one.newer < policy.keep, policy.keep),
    ),
    Row(NOT_CHOSEN, "The filters leave it out.", _same("left out"), lambda one, _: _if(not one.chosen)),
    Row(DEPLOYED_SINCE, "It was deployed at this time, which is not before the one asked for.", _same("deployed {}"), _deployed_since),
    Row(
        "OPEN_INCIDENTS",
        "It has so many open incidents.",
        ("has {} incidents", "have {} incidents"),
        lambda one, _: _if(bool(one.incidents), one.incidents),
    ),
    Row(
        "RUNNING_INSTANCES",
        "It has so many running instances.",
        ("has {} instances", "have {} instances"),
        lambda one, _: _if(bool(one.instances), one.instances),
    ),
    Row(
        "UNKNOWN_INSTANCES",
        "It is copied from an engine, and only that engine knows whether it has running instances.",
        ("may have instances on the engine", "may have instances on the engine"),
        lambda one, _: _if(one.instances is None),
    ),
    Row(
        "UNKNOWN_CALLS",
        "Files are still being read after an upgrade, so it is not known yet what calls it.",
        _same("not known yet what calls"),
        lambda _, policy: _if(not policy.knows_calls),
    ),
)
CALLS = (
    Row(BY_VERSION, "This definition stays, and calls it by the number of its version.", _same("called by {} (version)"), _of_calls),
    Row(BY_TAG, "This definition stays, and calls it by its version tag.", _same("called by {} (version tag)"), _of_calls),
    Row(
        BY_DEPLOYMENT,
        "This definition of its deployment stays, and calls the version in the deployment.",
        _same("called by {} (deployment)"),
        _of_calls,
    ),
    Row(
        BY_UNKNOWN,
        "This definition stays, and calls a version of its key that only running it shows.",
        _same("may be called by {}"),
        _of_calls,
    ),
)
ID = re.compile(r"(?P<key>[^:]+):(?P<version>\d+):.+")
"""The id of a definition, unless it is only a UUID."""
ONE = re.compile(r"\b(1 (?:incident|instance))s")
"""One of something, where the words have several."""
REASONS = {row.code: row for row in (*OWN, *CALLS)}
"""The reasons by their codes, in the order in which they are given."""


def named(ident: str) -> str:
    """A definition by its key and version, as `order@3`, as far as its id has them."""
    found = ID.fullmatch(ident)
    return f"{found['key']}@{found['version']}" if found else ident


def in_words(code: str, about: str, *, many: bool = False) -> str:
    """A reason of one version, or of several ones, in words. The code of a newer procdef is left unchanged."""
    row = REASONS.get(code)
    return code if row is None else ONE.sub(r"\1", row.words[many].format(about))


class Calling(NamedTuple):
    """A version that calls another one: the version, and the code of the reason that this is."""

    version: Version
    code: str


class Calls(Protocol):
    """What finds calling versions."""

    def __call__(self, called: Sequence[Version], /, *, latest: bool) -> Mapping[str, Sequence[Calling]]:
        """Those that call exactly these versions, by the id of the called version: only the latest ones, or all."""


Verdicts = Mapping[str, tuple[Reason, ...]]
"""Why versions stay, by their ids; no reason for one that can go."""


def bound_call(binding: str | None, key: str) -> Call | None:
    """The call that a binding of the usage index describes. None for the latest version, which stays whatever calls it.

    A call of which only running it shows the version has an empty binding.
    """
    if binding is None:
        return None
    parts = orjson.loads(binding)
    call = Call("", key, *parts) if parts else Call("", key, "", None, None, None)
    return None if call.binding == "latest" else call


class Targets:
    """Versions by what a call can name them by.

    A version tag that several versions have means each of them: an engine needs exactly one, so which one is not known.
    """

    def __init__(self, versions: Sequence[Version]) -> None:
        self._by_address: dict[tuple[str, str, object], list[Version]] = {}
        for one in versions:
            named = ((BY_VERSION, one.version), (BY_TAG, one.version_tag), (BY_DEPLOYMENT, one.deployment_id), (BY_UNKNOWN, ""))
            for code, value in named:
                if value is not None:
                    self._by_address.setdefault((one.key, code, value), []).append(one)

    def may_be_meant(self, call: Call) -> bool:
        """Whether one of the versions may be meant, by some calling version."""
        return call.binding == "deployment" or _address(call, "") in self._by_address

    def meant(self, call: Call, calling: Version) -> Sequence[tuple[str, Calling]]:
        """The ids of the versions that a call means, each with the calling version."""
        address = _address(call, calling.deployment_id)
        found = self._by_address.get(address, ())
        tenant = calling.tenant_id if call.tenant_id is None else call.tenant_id
        return [(one.id, Calling(calling, address[1])) for one in found if not call.binding or one.tenant_id == tenant]


def _address(call: Call, deployment: str) -> tuple[str, str, object]:
    """What a call names its version by: the key, the code of the reason that this is, and the value."""
    values = {
        "version": (BY_VERSION, java_int(call.version or "")),
        "versionTag": (BY_TAG, call.version_tag),
        "deployment": (BY_DEPLOYMENT, deployment),
    }
    return (call.called_element, *values.get(call.binding, (BY_UNKNOWN, "")))


def judged(versions: Sequence[Version], policy: Policy, calls: Calls) -> Verdicts:
    """Why each of these versions stays. Calls are looked at only where nothing else keeps a version.

    Very many versions may call one. Those that are the latest stay, so the others are looked at only if none of these calls it.
    """
    own: dict[str, tuple[Reason, ...]] = {}
    found: dict[str, Sequence[Calling]] = {}
    for level in range(MOST_LEVELS + 1):
        own |= {one.id: own_reasons(one, policy) if level < MOST_LEVELS else (Reason(BY_UNKNOWN),) for one in versions}
        if not (pending := [one for one in versions if not own[one.id]]):
            break
        of_level = calls(pending, latest=True)
        of_level = {**of_level, **calls([one for one in pending if one.id not in of_level], latest=False)}
        found |= of_level
        versions = [
            one for one in {each.version.id: each.version for some in of_level.values() for each in some}.values() if one.id not in own
        ]
    return _with_calls(own, found)


def own_reasons(version: Version, policy: Policy) -> tuple[Reason, ...]:
    """Why a version stays, whatever calls it."""
    found = ((row.code, row.about(version, policy)) for row in OWN)
    return tuple(Reason(code, about) for code, about in found if about is not None)


def _with_calls(own: Verdicts, found: Mapping[str, Sequence[Calling]]) -> Verdicts:
    """The reasons, with those of versions that only calls keep."""
    called: dict[str, list[str]] = {}
    for ident, callings in found.items():
        for calling in callings:
            called.setdefault(calling.version.id, []).append(ident)
    staying = _reached([ident for ident, reasons in own.items() if reasons], called)
    return {ident: reasons or _of_callings(found.get(ident, ()), staying) for ident, reasons in own.items()}


def _reached(begin: Sequence[str], called: Mapping[str, Sequence[str]]) -> Collection[str]:
    """The versions that these call, those that they call, and so on, with these themselves."""
    reached, pending = set(begin), list(begin)
    while pending:
        new = [ident for ident in called.get(pending.pop(), ()) if ident not in reached]
        reached.update(new)
        pending += new
    return reached


def _of_callings(callings: Sequence[Calling], staying: Collection[str]) -> tuple[Reason, ...]:
    """The first calls of versions that stay, in the order of the rows and of the ids."""
    found = {Reason(one.code, one.version.id) for one in callings if one.version.id in staying}
    rank = {row.code: number for number, row in enumerate(CALLS)}
    return tuple(sorted(found, key=lambda reason: (rank[reason.code], reason.about))[:MOST_NAMED])


def can_go(definitions: Sequence[str], verdicts: Verdicts, *, has_more: bool) -> bool:
    """Whether a deployment can go: it has definitions, all of them can go, and it `has_more` no other files."""
    return bool(definitions) and not has_more and not any(verdicts[ident] for ident in definitions)
