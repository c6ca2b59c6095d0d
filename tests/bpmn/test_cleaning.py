"""The rule that says which versions can go, and the oracle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procdef.bpmn.cleaning import (
    MOST_LEVELS,
    MOST_NAMED,
    REASONS,
    Calling,
    Policy,
    Reason,
    Targets,
    Version,
    bound_call,
    can_go,
    judged,
)
from tests.bpmn.cleaning import KEYS, Called, One, Place, expected, placed, worlds

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
OLD = Version("old", "order", 1, None, None, "d", BEGIN, newer=9)


def no_calls(_versions: Sequence[Version], /, *, latest: bool) -> Mapping[str, Sequence[Calling]]:
    return {}


def binding_of(call: Called) -> str | None:
    """As the usage index has it."""
    if call.how in ("latest", "unknown"):
        return None if call.how == "latest" else "[]"
    version, tag = (call.value if call.how == kind else None for kind in ("version", "versionTag"))
    return orjson.dumps([call.how, version, tag, call.tenant or None]).decode()


def version_of(place: Place, one: One, world: Mapping[Place, One], chosen: Sequence[str]) -> Version:
    newer = sum(other[:2] == place[:2] and other[2] > place[2] for other in world)
    deployed = BEGIN + timedelta(days=one.deployment)
    incidents = one.incidents
    return Version(
        str(place), place[0], place[2], one.tag, place[1], str(one.deployment), deployed, newer, incidents, 0, place[0] in chosen
    )


@given(worlds(), st.integers(1, 3), st.none() | st.integers(0, 7), st.lists(st.sampled_from(KEYS), min_size=1, unique=True))
def test_the_rule_agrees_with_the_oracle(world: list[One], keep: int, before: int | None, chosen: list[str]) -> None:
    places = placed(world)
    versions = {place: version_of(place, one, places, chosen) for place, one in places.items()}

    def calls(called: Sequence[Version], /, *, latest: bool) -> Mapping[str, Sequence[Calling]]:
        targets = Targets(called)
        found: dict[str, list[Calling]] = {}
        for place, one in places.items():
            for call in () if latest and versions[place].newer else one.calls:
                bound = bound_call(binding_of(call), call.key)
                for ident, calling in targets.meant(bound, versions[place]) if bound else ():
                    found.setdefault(ident, []).append(calling)
        return found

    policy = Policy(keep, None if before is None else BEGIN + timedelta(days=before))
    verdicts = judged([*versions.values()], policy, calls)
    assert {ident for ident, reasons in verdicts.items() if not reasons} == {str(one) for one in expected(world, keep, before, chosen)}
    assert {reason.code for reasons in verdicts.values() for reason in reasons} <= REASONS.keys()
    for version in versions.values():
        alone = judged([version], policy, calls)
        assert alone[version.id] == verdicts[version.id]


@pytest.mark.parametrize(
    ("version", "policy", "reasons"),
    [
        (OLD, Policy(), ""),
        (replace(OLD, newer=0), Policy(), "LATEST"),
        (replace(OLD, newer=4), Policy(), "AMONG_NEWEST 5"),
        (replace(OLD, newer=5), Policy(), ""),
        (replace(OLD, newer=1), Policy(1), ""),
        (OLD, Policy(before=BEGIN), "DEPLOYED_SINCE 2026-01-01T00:00:00.000+0000"),
        (OLD, Policy(before=BEGIN + timedelta(milliseconds=1)), ""),
        (replace(OLD, incidents=2, instances=3), Policy(), "OPEN_INCIDENTS 2, RUNNING_INSTANCES 3"),
        (replace(OLD, instances=None, chosen=False), Policy(), "NOT_CHOSEN, UNKNOWN_INSTANCES"),
        (OLD, Policy(knows_calls=False), "UNKNOWN_CALLS"),
    ],
)
def test_the_reasons_of_one_version(version: Version, policy: Policy, reasons: str) -> None:
    assert ", ".join(map(str, judged([version], policy, no_calls)["old"])) == reasons


def test_calls_are_named_up_to_a_number() -> None:
    latest = [replace(OLD, id=f"c{number:02}", newer=0) for number in range(MOST_NAMED + 5)]
    callings = [Calling(one, "CALLED_BY_VERSION") for one in reversed(latest)]
    reasons = judged([OLD], Policy(), lambda called, latest: {one.id: callings for one in called if latest})["old"]
    assert reasons == tuple(Reason("CALLED_BY_VERSION", one.id) for one in latest[:MOST_NAMED])


@pytest.mark.parametrize(("length", "stays"), [(MOST_LEVELS - 1, False), (MOST_LEVELS, True), (10 * MOST_LEVELS, True)])
def test_what_is_too_far_away_counts_as_staying(length: int, *, stays: bool) -> None:
    chain = {str(number): replace(OLD, id=str(number)) for number in range(length + 1)}
    asked = []

    def calls(called: Sequence[Version], /, *, latest: bool) -> Mapping[str, Sequence[Calling]]:
        if latest:
            return {}
        asked.append(called)
        above = {one.id: chain.get(str(int(one.id) + 1)) for one in called}
        return {ident: [Calling(one, "CALLED_BY_VERSION")] for ident, one in above.items() if one}

    assert bool(judged([chain["0"]], Policy(), calls)["0"]) is stays
    assert len(asked) <= MOST_LEVELS + 1


@pytest.mark.parametrize(
    ("definitions", "has_more", "goes"), [(["a", "b"], False, True), (["a", "c"], False, False), (["a"], True, False), ([], False, False)]
)
def test_a_deployment_goes_as_a_whole(definitions: list[str], has_more: bool, goes: bool) -> None:
    verdicts = {"a": (), "b": (), "c": (Reason("LATEST"),)}
    assert can_go(definitions, verdicts, has_more=has_more) is goes
