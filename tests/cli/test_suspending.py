"""`procdef suspend` and `procdef activate`: which definitions change, and when."""

from __future__ import annotations

import pytest

from procdef.client.engine import DEFINITIONS, Engine
from procdef.errors import REFUSED, USAGE, YES
from tests.cli.conftest import Procdef
from tests.cli.test_wait import deploy
from tests.conftest import ON_SQLITE


def states(engine: Engine) -> list[bool]:
    """Whether each version of `order` without a tenant is suspended, the oldest first."""
    params = {"key": "order", "withoutTenantId": "true", "sortBy": "version", "sortOrder": "asc"}
    return [row["suspended"] for row in engine.rows(DEFINITIONS, params)]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["order"], [False, False, True]),
        (["order@1"], [True, False, False]),
        (["order@tag:1.1"], [False, True, False]),
        (["order", "--all-versions"], [True, True, True]),
        (["order", "--include-instances", "--yes"], [False, False, True]),
        (["order", "--tenant", "acme"], [False, False, False]),
    ],
)
def test_which_definitions_change(procdef: Procdef, engine: Engine, words: list[str], wanted: list[bool]) -> None:
    for tag in ("1.0", "1.1", "1.2"):
        deploy(engine, "order", versionTag=tag)
    deploy(engine, "order", tenant="acme")
    done = procdef("suspend", *words)
    assert (done.exit_code, states(engine)) == (YES, wanted)
    assert len(done.stderr.splitlines()) == max(sum(wanted), 1)
    assert procdef("activate", *words).exit_code == YES
    assert states(engine) == [False] * 3


def test_later(procdef: Procdef, engine: Engine) -> None:
    deploy(engine, "order")
    done = procdef("suspend", "order", "--at", "2100-01-01T06:00:00Z")
    assert done.stderr == "order 1 will be suspended at 2100-01-01T06:00:00.000+0000\n"
    assert states(engine) == [False]


@ON_SQLITE
@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["none"], REFUSED, "There is no definition 'none' without a tenant."),
        (["order@1", "--all-versions"], USAGE, "--all-versions takes a key without a version."),
        (["order@x"], USAGE, "is no key"),
        (["order", "--at", "1x"], USAGE, "'1x' is no time"),
    ],
)
def test_what_is_refused(procdef: Procdef, engine: Engine, words: list[str], status: int, message: str) -> None:
    deploy(engine, "order")
    done = procdef("suspend", *words)
    assert (done.exit_code, message in " ".join(done.stderr.split())) == (status, True)
    assert states(engine) == [False]
