"""Small random worlds of versions that call each other, and an oracle that says in the plainest way which of them can go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

KEYS, TENANTS, TAGS = ("a", "b", "c"), (None, "", "t"), (None, "1", "2")


@dataclass(frozen=True)
class Called:
    """A call of a key: `how` is version, versionTag, deployment, latest, or unknown; then the value, and the tenant; None for its own."""

    key: str
    how: str
    value: str | None = None
    tenant: str | None = None


@dataclass(frozen=True)
class One:
    """A version of a key and tenant in a deployment, a number, which is also its time."""

    key: str
    tenant: str | None
    tag: str | None
    deployment: int
    calls: tuple[Called, ...] = ()
    incidents: int = 0


Place = tuple[str, str | None, int]
"""A key, a tenant and a version."""


def calls() -> st.SearchStrategy[Called]:
    """Any call."""
    tenants = st.sampled_from((None, None, "", "t"))
    return st.one_of(
        st.builds(Called, st.sampled_from(KEYS), st.just("version"), st.sampled_from(("1", "2", "3", "+2", "x")), tenants),
        st.builds(Called, st.sampled_from(KEYS), st.just("versionTag"), st.sampled_from(("1", "2")), tenants),
        st.builds(Called, st.sampled_from(KEYS), st.just("deployment"), st.none(), tenants),
        st.builds(Called, st.sampled_from(KEYS), st.sampled_from(("latest", "latest", "unknown"))),
    )


@st.composite
def worlds(draw: st.DrawFn) -> list[One]:
    """Deployments with some files, each of another key."""
    found: list[One] = []
    for deployment in range(draw(st.integers(1, 7))):
        tenant = draw(st.sampled_from(TENANTS))
        for key in draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True)):
            made = draw(st.lists(calls(), max_size=2, unique_by=lambda call: call.key))
            incidents = draw(st.sampled_from((0, 0, 0, 1)))
            found.append(One(key, tenant, draw(st.sampled_from(TAGS)), deployment, tuple(made), incidents))
    return found


def placed(world: Sequence[One]) -> dict[Place, One]:
    """The versions by their places: a key and tenant counts from 1."""
    found: dict[Place, One] = {}
    for one in world:
        version = 1 + sum(place[:2] == (one.key, one.tenant) for place in found)
        found[one.key, one.tenant, version] = one
    return found


def expected(world: Sequence[One], keep: int, before: int | None, chosen: Sequence[str]) -> set[Place]:
    """The versions that can go: of chosen keys, deployed before, and not held by anything that stays."""
    versions = placed(world)

    def stays(place: Place) -> bool:
        key, tenant, version = place
        newer = sum(other[:2] == (key, tenant) and other[2] > version for other in versions)
        one = versions[place]
        return newer < max(keep, 1) or key not in chosen or (before is not None and one.deployment >= before) or one.incidents > 0

    staying = {place for place in versions if stays(place)}
    while True:
        held = {
            place
            for place in versions.keys() - staying
            for other in staying
            for call in versions[other].calls
            if _means(call, versions[other], place, versions[place])
        }
        if not held:
            return versions.keys() - staying
        staying |= held


def _means(call: Called, calling: One, place: Place, called: One) -> bool:
    if call.key != place[0] or call.how == "latest":
        return False
    if call.how == "unknown":
        return True
    if place[1] != (call.tenant or calling.tenant):
        return False
    if call.how == "deployment":
        return calling.deployment == called.deployment
    if call.how == "versionTag":
        return called.tag is not None and called.tag == call.value
    return call.value in (str(place[2]), f"+{place[2]}")


def attributes(call: Called) -> str:
    """The attributes of a call activity."""
    binding = "version" if call.how == "unknown" else call.how
    values = {"Binding": binding, "TenantId": call.tenant}
    values |= {"Version": "${x}" if call.how == "unknown" else call.value} if binding == "version" else {}
    values |= {"VersionTag": call.value} if binding == "versionTag" else {}
    return f'calledElement="{call.key}"' + "".join(f' c:calledElement{name}="{value}"' for name, value in values.items() if value)
