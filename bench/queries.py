"""The families of requests, one row each, and the requests that are made of them, with other parameters in each where there are any."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from urllib.parse import quote
from urllib.request import Request, urlopen

from bench.data import VERSIONS

PAGE = "maxResults=50"
FARTHEST = 2000
"""The highest offset of an ordinary page."""
SAMPLES = 1000
TAGGED = 40
"""Requests that are asked again under the ETag of their answer."""


@dataclass(frozen=True, slots=True)
class Family:
    """Requests of one form: a name, the path with places for parameters, and whether the client has the answer already."""

    name: str
    path: str
    known: bool = False


LIST = "/process-definition?"
LATEST = f"{LIST}latestVersion=true&"
FAMILIES = (
    Family("first page", f"{LIST}{PAGE}"),
    Family("page", f"{LIST}firstResult={{offset}}&{PAGE}"),
    Family("latest page", f"{LATEST}firstResult={{offset of latest}}&{PAGE}"),
    Family("latest sorted page", f"{LATEST}sortBy=name&sortOrder=asc&firstResult={{offset of latest}}&{PAGE}"),
    Family("latest of a tenant", f"{LATEST}tenantIdIn=tenant-{{tenant}}&sortBy=key&sortOrder=asc&{PAGE}"),
    Family("deep page", f"{LIST}sortBy=key&sortOrder=desc&firstResult={{deep offset}}&{PAGE}"),
    Family("all of a key", f"{LIST}key=process-{{key}}"),
    Family("latest of a key", f"{LATEST}key=process-{{key}}"),
    Family("keys in", f"{LATEST}keysIn={','.join(['process-{key}'] * 5)}"),
    Family("key like", f"{LIST}keyLike=process-{{version}}%25&sortBy=version&sortOrder=desc&{PAGE}"),
    Family("name like", f"{LIST}nameLike=%25NUMBER%20{{version}}%25&{PAGE}"),
    Family("version tag", f"{LIST}versionTag=v1.50&firstResult={{offset of latest}}&{PAGE}"),
    Family("with incidents", f"{LIST}incidentType=failedJob&firstResult={{small offset}}&{PAGE}"),
    Family("count", f"{LIST[:-1]}/count?withoutTenantId=true&version={{version}}"),
    Family("count latest", f"{LIST[:-1]}/count?latestVersion=true&keyLike=process-{{version}}%25"),
    Family("by id", "/process-definition/{id}"),
    Family("by key", "/process-definition/key/process-{key of no tenant}"),
    Family("xml", "/process-definition/{id}/xml"),
    Family("304 on a page", f"{LATEST}firstResult={{offset of latest}}&{PAGE}", known=True),
    Family("deployments page", f"/deployment?sortBy=deploymentTime&sortOrder=desc&firstResult={{offset}}&{PAGE}"),
    Family("thousand rows", f"{LIST}firstResult={{offset}}&maxResults=1000"),
)


@dataclass(frozen=True, slots=True)
class Values:
    """Where the parameters come from: how many keys there are, and ids of definitions."""

    keys: int
    ids: tuple[str, ...]


PLACES: Mapping[str, Callable[[Random, Values], object]] = {
    "key": lambda random, values: random.randint(1, values.keys),
    "key of no tenant": lambda random, values: random.randint(1, values.keys // 3) * 3,
    "version": lambda random, _: random.randint(1, VERSIONS),
    "tenant": lambda random, _: random.randint(1, 49),
    "id": lambda random, values: quote(random.choice(values.ids), safe=""),
    "offset": lambda random, _: random.randint(0, FARTHEST),
    "small offset": lambda random, _: random.randint(0, 20),
    "offset of latest": lambda random, values: random.randint(0, min(FARTHEST, values.keys - 50)),
    "deep offset": lambda random, values: int(values.keys * VERSIONS * random.uniform(0.9, 0.99)),
}


def requests(family: Family, values: Values, base: str, seed: int) -> Sequence[str]:
    """Paths below the base, each with a tab and the ETag of its answer where the client knows it."""
    random = Random(seed)
    paths = [_path(family.path, random, values) for _ in range(TAGGED if family.known else SAMPLES)]
    return [f"{path}\t{_tag(base + path)}" for path in paths] if family.known else paths


def values_of(base: str, keys: int) -> Values:
    """The parameters for a server that answers below this base."""
    random, ids = Random(0), set()
    for _ in range(20):
        page = json.loads(body(f"{base}/process-definition?firstResult={random.randint(0, keys * VERSIONS - 50)}&{PAGE}"))
        ids |= {row["id"] for row in page}
    return Values(keys, tuple(sorted(ids)))


def body(url: str) -> bytes:
    """The body of an answer."""
    with urlopen(url) as answer:
        data: bytes = answer.read()
    return data


def _path(template: str, random: Random, values: Values) -> str:
    return re.sub("{(.*?)}", lambda found: str(PLACES[found[1]](random, values)), template)


def _tag(url: str) -> str:
    with urlopen(Request(url)) as answer:
        return str(answer.headers["ETag"])
