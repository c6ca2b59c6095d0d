"""Random walks of changes: deployments with every kind of filtering, redeployments, deletions, suspensions, times to live."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.contract.requests import Request
from tests.contract.story import PNG, deploy, send, suspended
from tests.samples import bpmn

SEEDS = (1, 2, 3)
STEPS = 80
KEYS = ("alpha", "beta", "gamma", "delta" + "d" * 30)
TENANTS = ("", "", "/tenant-id/a", "/tenant-id/b")
FLAGS = ("true", "TRUE", "false", "1")


def path_of(seed: int) -> Path:
    """Where the engine's answers to a walk are kept."""
    return Path(__file__).with_name(f"walk{seed}.json")


def walk(seed: int) -> list[Request]:
    """The steps of a walk; the same seed gives the same ones."""
    random = Random(seed)
    return [_deploy(random) if random.random() < 0.45 else random.choice(CHANGES)(random) for _ in range(STEPS)]


def _files(random: Random) -> list[tuple[str, bytes]]:
    files = []
    for key in random.sample(KEYS, random.choice((1, 1, 2, 3))):
        changed = b"<!-- changed -->" if random.random() < 0.3 else b""
        folder = random.choice(("", "", "dir/"))
        files.append((f"{folder}{key}.bpmn", bpmn(key, versionTag=random.choice(("1.0", "2.0"))) + changed))
        if random.random() < 0.2:
            files.append((f"{folder}{key}.{key}.png", PNG))
    return files


def _deploy(random: Random) -> Request:
    fields = {"name": random.choice(("x", "y"))}
    for field, values in (("tenant", ("a", "b")), ("source", ("ci", "ops", "")), ("filtering", FLAGS), ("changed", FLAGS)):
        if random.random() < 0.4:
            fields[field] = random.choice(values)
    return deploy(*_files(random), **fields)


def _by_key(random: Random) -> str:
    return f"/process-definition/key/{random.choice(KEYS)}{random.choice(TENANTS)}"


def _definition(random: Random) -> str:
    tenant = random.choice(("", "", "/a", "/b"))
    return f"{{@{random.choice(KEYS)}/{random.randint(1, 6)}{tenant}}}"


def _deployment(random: Random) -> str:
    return f"{{@deployment{random.randint(1, 25)}}}"


def _redeploy(random: Random) -> Request:
    bodies: tuple[dict[str, object], ...] = ({}, {"source": "again"}, {"resourceNames": ["alpha.bpmn"]}, {"resourceIds": ["nope"]})
    return send("POST", f"/deployment/{_deployment(random)}/redeploy", random.choice(bodies))


def _suspend(random: Random) -> Request:
    state = {"suspended": random.random() < 0.6}
    ways = (f"{_definition(random)}/", f"key/{random.choice(KEYS)}{random.choice(TENANTS)}/")
    return suspended(random.choice(ways), state)


CHANGES: tuple[Callable[[Random], Request], ...] = (
    lambda random: send("DELETE", f"/process-definition/{_definition(random)}"),
    lambda random: send("DELETE", _by_key(random)),
    lambda random: send("DELETE", f"{_by_key(random)}/delete"),
    lambda random: send("DELETE", f"/deployment/{_deployment(random)}"),
    _redeploy,
    _redeploy,
    _suspend,
    _suspend,
    lambda random: suspended("", {"suspended": random.random() < 0.5, "processDefinitionKey": random.choice(KEYS)}),
    lambda random: send("PUT", f"{_by_key(random)}/history-time-to-live", {"historyTimeToLive": random.choice((0, 5, "7", -1, None))}),
    lambda random: send("GET", _by_key(random)),
    lambda random: send("GET", f"/deployment/{_deployment(random)}/resources"),
)
