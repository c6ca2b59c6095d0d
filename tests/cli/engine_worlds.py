"""Random definitions on two servers: `compare` and `promote` agree with an oracle in plain Python.

    python -m tests.cli.engine_worlds --a URL --b URL --seed 1

The servers may be procdef, Camunda 7 or Operaton, and may have other definitions: the script makes keys and tenants of its own, and deletes
its deployments at the end.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
from click.testing import CliRunner

from procdef.cli import main as procdef
from procdef.errors import NO, YES
from tests.samples import EXTENSIONS, MODEL

KEYS, DEPLOYMENTS, PROMOTIONS = 8, 30, 12
FORM = b"<form/>"
Place = tuple[str, str | None]
"""A key and a tenant."""


class Content(NamedTuple):
    """What a file says, and how: the name, the version tag, the number of tasks, and the prefix of the engine's namespace."""

    name: str
    tag: str | None
    tasks: int
    prefix: str

    def file(self, key: str) -> bytes:
        """The file of a key, which has a form in its deployment."""
        tag = f' {self.prefix}:versionTag="{self.tag}"' if self.tag else ""
        tasks = "".join(f'<task id="task{number}"/>' for number in range(self.tasks))
        start = f'<startEvent id="start" {self.prefix}:formKey="embedded:deployment:{key}.html"/>'
        inside = f'<process id="{key}" name="{self.name}" isExecutable="true"{tag}>{start}{tasks}</process>'
        return f'<definitions xmlns="{MODEL}" xmlns:{self.prefix}="{EXTENSIONS}" targetNamespace="x">{inside}</definitions>'.encode()

    @property
    def facts(self) -> tuple[Any, ...]:
        """What the file says."""
        return self[:3]


class Server(NamedTuple):
    """A server, and the contents of all versions that it must have, by key and tenant."""

    url: str
    versions: dict[Place, list[Content]]

    def deploy(self, place: Place, content: Content) -> None:
        """Deploy a version of a key in a tenant, with its form."""
        key, tenant = place
        fields = {"deployment-name": f"{key} {uuid4()}", **({"tenant-id": tenant} if tenant else {})}
        files = {f"{key}.bpmn": (f"{key}.bpmn", content.file(key)), f"{key}.html": (f"{key}.html", FORM)}
        httpx.post(f"{self.url}/deployment/create", data=fields, files=files, timeout=60).raise_for_status()
        self.versions.setdefault(place, []).append(content)

    def definitions(self, place: Place) -> list[Any]:
        """The definitions of a key in a tenant, by version."""
        key, tenant = place
        of_tenant = {"tenantIdIn": tenant} if tenant else {"withoutTenantId": "true"}
        params = {"key": key, "sortBy": "version", "sortOrder": "asc", **of_tenant}
        return list(self.get("/process-definition", **params))

    def get(self, path: str, **params: str) -> Any:
        """What the server answers."""
        return httpx.get(self.url + path, params=params, timeout=60).raise_for_status().json()

    def check(self) -> None:
        """The server has these versions, and each has its form beside it."""
        for place, contents in self.versions.items():
            found = self.definitions(place)
            assert [self.get(f"/process-definition/{row['id']}/xml")["bpmn20Xml"].encode() for row in found] == [
                content.file(place[0]) for content in contents
            ], place
            for row in found:
                names = {entry["name"] for entry in self.get(f"/deployment/{row['deploymentId']}/resources")}
                assert names == {f"{place[0]}.bpmn", f"{place[0]}.html"}

    def clean(self) -> None:
        """Delete the deployments of these keys."""
        for ident in {row["deploymentId"] for place in self.versions for row in self.definitions(place)}:
            httpx.delete(f"{self.url}/deployment/{ident}", params={"cascade": "true"}, timeout=60).raise_for_status()


def run(*words: str) -> tuple[int, Any]:
    """The exit status of a command, and the rows that it prints."""
    done = CliRunner().invoke(procdef, [*words, "-o", "json"])
    assert done.exit_code in (YES, NO), (words, done.output, done.exception)
    return done.exit_code, json.loads(done.stdout)


def compared(left: Server, right: Server, *, exactly: bool) -> Mapping[Place, tuple[Any, ...]]:
    """What the oracle says of each place: the result, whether the tags are the same, and the counts."""
    found: dict[Place, tuple[Any, ...]] = {}
    for place in {*left.versions, *right.versions}:
        one, other = (server.versions.get(place, [None])[-1] for server in (left, right))
        if one is None or other is None:
            found[place] = ("onlyLeft" if one else "onlyRight", False, None, None, None)
        elif one == other or (one.facts == other.facts and not exactly):
            found[place] = ("same", False, *((None,) * 3 if one == other else (0, 0, 0)))
        else:
            counts = (max(0, other.tasks - one.tasks), max(0, one.tasks - other.tasks), int(one[:2] != other[:2]))
            found[place] = ("differs", one.tag is not None and one.tag == other.tag, *counts)
    return found


def check_compare(left: Server, right: Server) -> None:
    """Every row, the exit status, and that only differences are printed without `--all`."""
    keys = sorted({key for key, _ in (*left.versions, *right.versions)})
    for exactly in (False, True):
        expected = compared(left, right, exactly=exactly)
        words = ["compare", left.url, right.url, *keys, *(["--bytes"] if exactly else [])]
        status, rows = run(*words, "--all")
        members = ("result", "underOneTag", "added", "removed", "changed")
        assert {(row["key"], row["tenantId"]): tuple(row[name] for name in members) for row in rows} == expected
        assert status == (NO if any(one[0] != "same" for one in expected.values()) else YES)
        assert run(*words)[1] == [row for row in rows if row["result"] != "same"]
        for row in rows:
            place = row["key"], row["tenantId"]
            for side, server in (("left", left), ("right", right)):
                assert row[f"{side}Version"] == (len(server.versions.get(place, ())) or None)


def check_promote(random: Random, left: Server, right: Server) -> None:
    """A random version goes to the other server; it gets a new version if its latest one has other bytes."""
    place = random.choice(sorted(left.versions, key=str))
    version = random.randint(1, len(left.versions[place]))
    content, there = left.versions[place][version - 1], right.versions.setdefault(place, [])
    words = ["promote", f"{place[0]}@{version}", "--from", left.url, "--to", right.url, "--name", random.choice("ab") + place[0]]
    words += ["--tenant", place[1]] if place[1] else []
    before = len(there)
    is_new = not there or there[-1] != content
    if is_new:
        there.append(content)
    _, (row,) = run(*words, "--dry-run")
    assert (row["result"], row["versionBefore"]) == ("to deploy" if is_new else "unchanged", before or None)
    _, (row,) = run(*words, "--yes")
    assert (row["result"], row["version"], row["fromVersion"]) == ("deployed" if is_new else "unchanged", len(there), version)


@contextmanager
def world(random: Random, urls: Sequence[str]) -> Iterator[tuple[Server, Server]]:
    """Two servers with random versions of the same keys. They are deleted at the end."""
    left, right = (Server(url, {}) for url in urls)
    prefix = f"w{random.randrange(10**6)}_{uuid4().hex[:6]}"
    places = [(f"{prefix}_{number}", random.choice((None, f"{prefix}_t"))) for number in range(KEYS)]
    try:
        for _ in range(DEPLOYMENTS):
            content = Content(random.choice("AB"), random.choice((None, "1", "2")), random.randint(0, 2), random.choice(("c", "camunda")))
            place = random.choice(places)
            for server in random.choice(((left,), (right,), (left, right))):
                server.deploy(place, content)
        yield left, right
    finally:
        left.clean()
        right.clean()


def check(urls: Sequence[str], seed: int) -> None:
    """Hold the commands against the oracle in one world."""
    random = Random(seed)
    with world(random, urls) as (left, right):
        check_compare(left, right)
        for _ in range(PROMOTIONS):
            check_promote(random, *random.choice(((left, right), (right, left))))
        left.check()
        right.check()
        check_compare(right, left)


def main() -> None:
    """Read the options, and check a world for each seed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name in ("--a", "--b"):
        parser.add_argument(name, required=True, metavar="URL", help="the address of a REST API, with its path")
    parser.add_argument("--seed", type=int, action="append", required=True, help="the world; it can be repeated")
    given = parser.parse_args()
    for seed in given.seed:
        check([given.a.rstrip("/"), given.b.rstrip("/")], seed)
        sys.stdout.write(f"seed {seed}: as the oracle says\n")


if __name__ == "__main__":
    main()
