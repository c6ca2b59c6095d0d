"""Random definitions, random questions about them, and what plain Python finds: a filter here is a condition on one row, nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from hypothesis import strategies as st

from procdef.store.models import Definition, Deployment, Group, IdentityLink, Incident, Membership, User
from procdef.store.store import Store

KEYS = ("a", "A", "ab", "a_b", "ba%", "Ä", "order")
TENANTS = (None, None, "", "a", "b")
NAMES = (None, "", "a", "A", "Ab", "a_b", "Order a", "ORDER", "ä", "Ä1")
TAGS, CATEGORIES = (None, "", "1.0", "1.1", "v_1"), (None, "a", "urn:a", "urn:b")
TIMES = tuple(f"2026-01-0{day} 0{day}:00:00.{day}00" for day in range(1, 8))
USERS, TYPES, MESSAGES = (None, "mary", "john"), ("failedJob", "other"), (None, "boom", "boom bang", "100%")
STAFF, SOURCES = "staff", (None, "", "ci", "CI")
"""The group of mary, and the sources of deployments."""
PATTERNS = (
    "%",
    "a",
    "a%",
    "%a",
    "%a%",
    "_",
    "__%",
    "a\\_b",
    "%\\%",
    "\\a%",
    "a\\",
    "%o%r%",
    "%B",
    "%ä%",
    "",
    "v\\_1",
    "1.%",
    "urn:_",
    "%boom%",
    "no\0",
)
Row = Mapping[str, Any]


@dataclass
class Filled:
    """A store's definitions as plain rows."""

    store: Store
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def nulls_first(self) -> bool:
        return self.store.dialect.name == "sqlite"

    def fill(self, random: Random, number: int) -> None:
        """Add this many definitions, each with a deployment of its own."""
        if not self.rows:
            self._add_staff()
        start = len(self.rows)
        for _ in range(number):
            self.rows.append(self._definition(random))
        self._mark_latest()
        with self.store.write() as database:
            for row in self.rows[start:]:
                _insert(database, row)
            latest = [row["id"] for row in self.rows if row["latest"]]
            Definition.update(latest=False).execute(database)
            Definition.update(latest=True).where(Definition.id.in_(latest)).execute(database)

    def _add_staff(self) -> None:
        with self.store.write() as database:
            for insert in (User.insert(id="mary", rev=1), Group.insert(id=STAFF, rev=1), Membership.insert(user_id="mary", group_id=STAFF)):
                insert.execute(database)

    def delete(self, ids: Iterable[str]) -> None:
        """Delete definitions, as a client does."""
        gone = set(ids)
        self.rows = [row for row in self.rows if row["id"] not in gone]
        self._mark_latest()
        with self.store.write() as database:
            Incident.delete().where(Incident.definition_id.in_(gone)).execute(database)
            IdentityLink.delete().where(IdentityLink.definition_id.in_(gone)).execute(database)
            Definition.delete().where(Definition.id.in_(gone)).execute(database)
            latest = [row["id"] for row in self.rows if row["latest"]]
            Definition.update(latest=True).where(Definition.id.in_(latest)).execute(database)

    def _definition(self, random: Random) -> dict[str, Any]:
        key, tenant, number = random.choice(KEYS), random.choice(TENANTS), random.randrange(10**9)
        version = 1 + max((row["version"] for row in self.rows if (row["key"], row["tenantId"]) == (key, tenant)), default=0)
        incidents = [
            {"id": f"i{number}-{one}", "type": random.choice(TYPES), "message": random.choice(MESSAGES)}
            for one in range(random.choice((0, 0, 0, 1, 2)))
        ]
        return {
            "id": f"{random.choice('aBÄ')}{number}",
            "key": key,
            "tenantId": tenant,
            "version": version,
            "name": random.choice(NAMES),
            "deploymentId": f"d{number}",
            "versionTag": random.choice(TAGS),
            "category": random.choice(CATEGORIES),
            "resource": f"{key}.bpmn",
            "suspended": random.random() < 0.3,
            "startable": random.random() < 0.7,
            "latest": False,
            "deployTime": random.choice(TIMES),
            "user": random.choice(USERS),
            "starter": random.choice((*USERS, STAFF)),
            "deploymentName": random.choice(NAMES),
            "source": random.choice(SOURCES),
            "incidents": incidents,
        }

    def _mark_latest(self) -> None:
        for row in self.rows:
            row["latest"] = row in newest([row, *(other for other in self.rows if group(other) == group(row))])


def _insert(database: Any, row: Row) -> None:
    deployment = {"id": row["deploymentId"], "deploy_time": row["deployTime"], "deployed_by": row["user"], "tenant_id": row["tenantId"]}
    Deployment.insert({**deployment, "name": row["deploymentName"], "source": row["source"]}).execute(database)
    same = {"key": "key", "tenant_id": "tenantId", "version": "version", "name": "name", "deployment_id": "deploymentId"}
    same |= {"version_tag": "versionTag", "category": "category", "resource_name": "resource", "startable": "startable"}
    values = {column: row[name] for column, name in {**same, "id": "id", "deploy_time": "deployTime"}.items()}
    values |= {"rev": 1, "latest": False, "suspension_state": 2 if row["suspended"] else 1}
    values |= {"name_upper": None if row["name"] is None else row["name"].upper()}
    Definition.insert(values).execute(database)
    for one in row["incidents"]:
        incident = {"rev": 1, "timestamp": TIMES[0], "definition_id": row["id"], "tenant_id": row["tenantId"]}
        Incident.insert({**incident, **one, "cause_incident_id": one["id"], "root_cause_incident_id": one["id"]}).execute(database)
    if row["starter"] is not None:
        link = {"id": f"l{row['id']}", "rev": 1, "type": "candidate", "definition_id": row["id"]}
        IdentityLink.insert({**link, "group_id" if row["starter"] == STAFF else "user_id": row["starter"]}).execute(database)


def group(row: Row) -> tuple[str, str | None]:
    return row["key"], row["tenantId"]


def newest(rows: Iterable[Row]) -> list[Row]:
    """The highest version of each key and tenant."""
    best: dict[Any, Row] = {}
    for row in rows:
        if group(row) not in best or row["version"] > best[group(row)]["version"]:
            best[group(row)] = row
    return list(best.values())


def like(pattern: str, text: str | None) -> bool:
    if text is None or "\0" in pattern or re.fullmatch(r"(?:[^\\]|\\.)*", pattern, re.DOTALL) is None:
        return False
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    wild = {"%": ".*", "_": "."}
    return re.fullmatch("".join(wild.get(part) or re.escape(part[-1]) for part in parts), text, re.DOTALL) is not None


def like_nocase(pattern: str, text: str | None) -> bool:
    return text is not None and like(pattern.upper(), text.upper())


def stored(date: str) -> str:
    return date.removesuffix("+0000").replace("T", " ")


ROW_FILTERS: Mapping[str, Callable[[Any, Row], bool]] = {
    "processDefinitionId": lambda value, row: row["id"] == value,
    "processDefinitionIdIn": lambda value, row: row["id"] in value,
    "name": lambda value, row: row["name"] == value,
    "nameLike": lambda value, row: like_nocase(value, row["name"]),
    "nameOrKeyLike": lambda value, row: like_nocase(value, row["name"]) or like(value, row["key"]),
    "deploymentId": lambda value, row: row["deploymentId"] == value,
    "deployedAfter": lambda value, row: row["deployTime"] > stored(value),
    "deployedBefore": lambda value, row: row["deployTime"] < stored(value),
    "deployedAt": lambda value, row: row["deployTime"] == stored(value),
    "deployedBy": lambda value, row: row["user"] == value,
    "key": lambda value, row: row["key"] == value,
    "keysIn": lambda value, row: row["key"] in value,
    "keyLike": lambda value, row: like(value, row["key"]),
    "category": lambda value, row: row["category"] == value,
    "categoryLike": lambda value, row: like(value, row["category"]),
    "version": lambda value, row: row["version"] == value,
    "latest": lambda _value, row: row["latest"],
    "resourceName": lambda value, row: row["resource"] == value,
    "resourceNameLike": lambda value, row: like(value, row["resource"]),
    "startableBy": lambda value, row: row["starter"] == value or (value == "mary" and row["starter"] == STAFF),
    "suspended": lambda _value, row: row["suspended"],
    "active": lambda _value, row: not row["suspended"],
    "tenantIdIn": lambda value, row: row["tenantId"] in value,
    "withoutTenantId": lambda _value, row: row["tenantId"] is None,
    "versionTag": lambda value, row: row["versionTag"] == value,
    "versionTagLike": lambda value, row: like(value, row["versionTag"]),
    "withoutVersionTag": lambda _value, row: row["versionTag"] is None,
    "startableInTasklist": lambda _value, row: row["startable"],
    "notStartableInTasklist": lambda _value, row: not row["startable"],
}
DEPLOYMENT_FILTERS: Mapping[str, Callable[[Any, Row], bool]] = {
    "id": lambda value, row: row["id"] == value,
    "name": lambda value, row: row["name"] == value,
    "nameLike": lambda value, row: like(value, row["name"]),
    "source": lambda value, row: row["source"] == value,
    "withoutSource": lambda _value, row: row["source"] is None,
    "deployedBy": lambda value, row: row["user"] == value,
    "before": lambda value, row: row["deploymentTime"] < stored(value),
    "after": lambda value, row: row["deploymentTime"] > stored(value),
    "tenantIdIn": lambda value, row: row["tenantId"] in value,
    "withoutTenantId": lambda _value, row: row["tenantId"] is None,
}
INCIDENT_FILTERS: Mapping[str, Callable[[Any, Row], bool]] = {
    "incidentId": lambda value, one: one["id"] == value,
    "incidentType": lambda value, one: one["type"] == value,
    "incidentMessage": lambda value, one: one["message"] == value,
    "incidentMessageLike": lambda value, one: like(value, one["message"]),
}
OVERRIDDEN = {"active": "suspended", "tenantIdIn": "withoutTenantId", "versionTag": "withoutVersionTag"}
WIDENED, DEPLOYMENTS_WIDENED = "includeProcessDefinitionsWithoutTenantId", "includeDeploymentsWithoutTenantId"
ALIASES = {"ver": "version", "latestVersion": "latest"}


def conditions(filters: Mapping[str, Any]) -> list[Callable[[Row], bool]]:
    """One condition for each filter in effect; those on incidents are one, since one incident has to match all of them."""
    given = given_of(filters)
    found = [_condition(name, value, given) for name, value in given.items() if name in ROW_FILTERS]
    tests = [(INCIDENT_FILTERS[name], value) for name, value in given.items() if name in INCIDENT_FILTERS]
    if tests:
        found.append(lambda row: any(all(test(value, one) for test, value in tests) for one in row["incidents"]))
    return found


def given_of(filters: Mapping[str, Any]) -> dict[str, Any]:
    """The filters in effect, each by its first name. A filter's own name counts before its other one, and false is a value of a name."""
    named = {name: value for name, value in filters.items() if value not in (None, [])}
    named = {**{ALIASES[name]: value for name, value in named.items() if name in ALIASES}, **named}
    on = filters_on(named)
    return {name: value for name, value in named.items() if value is not False and name not in ALIASES and OVERRIDDEN.get(name) not in on}


def filters_on(filters: Mapping[str, Any]) -> set[str]:
    return {name for name, value in filters.items() if value is True}


def _condition(name: str, value: Any, given: Mapping[str, Any]) -> Callable[[Row], bool]:
    if name == "tenantIdIn" and given.get(WIDENED):
        return lambda row: row["tenantId"] is None or row["tenantId"] in value
    return lambda row: ROW_FILTERS[name](value, row)


def alternatives(filters: Mapping[str, Any]) -> list[Callable[[Row], bool]]:
    """The conditions of an OR group: each filter on incidents may match another incident."""
    plain = {name: value for name, value in filters.items() if name not in INCIDENT_FILTERS}
    return conditions(plain) + [one for name in filters if name in INCIDENT_FILTERS for one in conditions({name: filters[name]})]


def answer(rows: Sequence[Row], body: Mapping[str, Any]) -> list[Row]:
    """The rows that match a question, in no order."""
    tests, groups = conditions(body), [alternatives(group) for group in body.get("orQueries", ())]
    found = [
        row for row in rows if all(test(row) for test in tests) and all(not parts or any(part(row) for part in parts) for parts in groups)
    ]
    return newest(found) if body.get("latestMatching") else found


def deployments(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The deployments of definitions, each with the names of its own filters and orders."""
    same = ("tenantId", "source", "user")
    named = {"id": "deploymentId", "name": "deploymentName", "deploymentTime": "deployTime", **dict(zip(same, same, strict=True))}
    return [{name: row[member] for name, member in named.items()} for row in rows]


def found_deployments(rows: Iterable[Row], body: Mapping[str, Any]) -> list[Row]:
    """The deployments that match a question, in no order."""
    return [
        row
        for row in rows
        if all(_holds(row, body, name) for name in body)
        and all(any(_holds(row, group, name) for name in given) for group in body["orQueries"] if (given := _restricting(group)))
    ]


def _restricting(group: Mapping[str, Any]) -> list[str]:
    on = given_of(group)
    return [name for name in on if name in DEPLOYMENT_FILTERS]


def _holds(row: Row, filters: Mapping[str, Any], name: str) -> bool:
    given = given_of(filters)
    if name not in given or name not in DEPLOYMENT_FILTERS:
        return True
    widened = name == "tenantIdIn" and given.get(DEPLOYMENTS_WIDENED) is True and row["tenantId"] is None
    return widened or DEPLOYMENT_FILTERS[name](given[name], row)


def arranged(rows: Iterable[Row], sorting: Iterable[Mapping[str, str]], *, nulls_first: bool) -> list[Row]:
    """The rows in an order; equals by id."""
    found = sorted(rows, key=lambda row: row["id"])
    for order in reversed(list(sorting)):
        found.sort(key=partial(_place, order["sortBy"], nulls_first), reverse=order["sortOrder"] == "desc")
    return found


def _place(name: str, nulls_first: bool, row: Row) -> tuple[bool, Any]:
    return (row[name] is None) is not nulls_first, "" if row[name] is None else row[name]


def filters_of(rows: Sequence[Row]) -> Mapping[str, st.SearchStrategy[Any]]:
    """Values of each filter, most of which some row has."""
    ids, deployments = [row["id"] for row in rows], [row["deploymentId"] for row in rows]
    incidents = [one["id"] for row in rows for one in row["incidents"]]
    date = st.sampled_from([f"{time.replace(' ', 'T')}+0000" for time in TIMES])
    tenants, true = st.lists(st.sampled_from(["", "a", "b", "x"]), max_size=3), st.sampled_from([True, True, True, False, None])
    texts: dict[str, Sequence[Any]] = {
        "name": NAMES,
        "key": KEYS,
        "category": CATEGORIES,
        "versionTag": TAGS,
        "deployedBy": USERS,
        "startableBy": USERS,
    }
    texts |= {"incidentType": TYPES, "incidentMessage": MESSAGES, "processDefinitionId": ids, "deploymentId": deployments}
    texts |= {"resourceName": ["a.bpmn", "x"], "incidentId": incidents}
    patterns = ("nameLike", "nameOrKeyLike", "keyLike", "categoryLike", "resourceNameLike", "versionTagLike", "incidentMessageLike")
    flags = ("suspended", "active", "withoutTenantId", WIDENED, "withoutVersionTag", "startableInTasklist", "notStartableInTasklist")
    return {
        **{name: st.sampled_from([*values, "none"]) for name, values in texts.items()},
        **{name: st.sampled_from(PATTERNS) for name in patterns},
        **dict.fromkeys((*flags, "latest", "latestVersion", "latestMatching", "startablePermissionCheck"), true),
        **dict.fromkeys(("deployedAfter", "deployedBefore", "deployedAt"), date),
        **dict.fromkeys(("version", "ver"), st.integers(1, 8)),
        "keysIn": st.lists(st.sampled_from([*KEYS, "none"]), max_size=4),
        "processDefinitionIdIn": st.lists(st.sampled_from(ids), max_size=9),
        "tenantIdIn": tenants,
    }


def filters_of_deployments(rows: Sequence[Row]) -> Mapping[str, st.SearchStrategy[Any]]:
    """The same for deployments."""
    like_definitions = filters_of(rows)
    texts = {"id": [row["deploymentId"] for row in rows], "name": NAMES, "source": SOURCES, "deployedBy": USERS}
    return {
        **{name: st.sampled_from([*values, "none"]) for name, values in texts.items()},
        "nameLike": st.sampled_from(PATTERNS),
        **dict.fromkeys(("before", "after"), like_definitions["deployedAfter"]),
        **dict.fromkeys(("withoutSource", "withoutTenantId", DEPLOYMENTS_WIDENED), like_definitions["active"]),
        "tenantIdIn": like_definitions["tenantIdIn"],
    }


@st.composite
def bodies(draw: Any, values: Mapping[str, st.SearchStrategy[Any]], sorts: Iterable[str]) -> dict[str, Any]:
    """Questions as bodies: up to three filters, OR groups, orders. `latestMatching` is among a third of those that can have it."""

    def filters(most: int, *without: str) -> dict[str, Any]:
        names = draw(st.lists(st.sampled_from(sorted(values.keys() - set(without))), max_size=most, unique=True))
        return {name: draw(values[name]) for name in names}

    orders = st.fixed_dictionaries({"sortBy": st.sampled_from(sorted(sorts)), "sortOrder": st.sampled_from(["asc", "desc"])})
    groups = [filters(3, "latestMatching") for _ in range(draw(st.integers(0, 3)))]
    more = {"latestMatching": True} if "latestMatching" in values and draw(st.integers(0, 2)) == 0 else {}
    sorting = draw(st.lists(orders, max_size=3, unique_by=lambda one: one["sortBy"]))
    return {**filters(3), **more, "orQueries": groups, "sorting": sorting}
