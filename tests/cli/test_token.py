"""The command `procdef token`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from procdef.settings import load
from procdef.store.identity import tokens
from procdef.store.store import Store
from tests.cli.conftest import Procdef
from tests.conftest import ON_SQLITE


@pytest.fixture
def mary(procdef: Procdef) -> str:
    procdef("user", "add", "mary", input="correct horse")
    return "mary"


def user_of(database_url: str, token: str) -> str | None:
    store = Store(load({"PROCDEF_DATABASE_URL": database_url}))
    try:
        owner = tokens.owner_of(store, token)
        return owner.user_id if owner is not None else None
    finally:
        store.close()


def test_tokens_come_and_go(procdef: Procdef, mary: str, database_url: str) -> None:
    made = procdef("token", "add", mary, "--name", "CI")
    assert (made.exit_code, bool(re.fullmatch(r"procdef_[\w-]{43}\n", made.output))) == (0, True)
    assert user_of(database_url, made.output.strip()) == mary
    head, row = procdef("token", "list").output.splitlines()
    assert head.split() == ["ID", "USER", "NAME", "CREATED", "EXPIRES", "LAST", "USE", "ROLE"]
    assert row.split()[1:4] == [mary, "CI", f"{datetime.now(UTC):%Y-%m-%d}"]
    assert made.output.strip() not in procdef("token", "list").output
    assert procdef("token", "remove", row.split()[0]).exit_code == 0
    assert user_of(database_url, made.output.strip()) is None


@pytest.mark.parametrize(
    ("given", "days"),
    [("1", 1), ("90", 90), (f"{datetime.now(UTC) + timedelta(3):%Y-%m-%d}", 4), ("999999999999", 36500)],
)
def test_it_expires_after_days_or_a_date(procdef: Procdef, mary: str, given: str, days: int) -> None:
    assert procdef("token", "add", mary, "--expires", given).exit_code == 0
    shown = procdef("token", "list").output.splitlines()[1].split()[-2:]
    now = datetime.now(UTC)
    expected = now + timedelta(days) if given.isdecimal() else (now + timedelta(days)).replace(hour=0, minute=0)
    assert abs(datetime.fromisoformat(" ".join(shown)).replace(tzinfo=UTC) - expected) < timedelta(minutes=2)


@ON_SQLITE
@pytest.mark.parametrize("given", ["0", "-1", "2020-01-01", "soon", "", "2030-02-30", "9999-12-31", "1" * 5000, "2030-12-31T10:00"])
def test_what_is_no_time_to_come_is_refused(procdef: Procdef, mary: str, given: str) -> None:
    done = procdef("token", "add", mary, f"--expires={given}")
    assert (done.exit_code, "Invalid value for '--expires'" in done.output) == (2, True)
    assert len(procdef("token", "list").output.splitlines()) == 1


def test_the_last_use_is_listed(procdef: Procdef, mary: str, database_url: str) -> None:
    used, _ = (procdef("token", "add", mary, "--name", name).output.strip() for name in ("used", "unused"))
    user_of(database_url, used)
    rows = [row.split() for row in procdef("token", "list").output.splitlines()[1:]]
    assert [len(row) for row in rows] == [7, 5]
    assert abs(datetime.fromisoformat(" ".join(rows[0][-2:])).replace(tzinfo=UTC) - datetime.now(UTC)) < timedelta(minutes=2)


def test_all_tokens_of_a_user_go(procdef: Procdef, mary: str) -> None:
    procdef("user", "add", "john", input="correct horse")
    for user in (mary, mary, "john"):
        procdef("token", "add", user)
    done = procdef("token", "remove", "--user", mary)
    assert (done.exit_code, done.output) == (0, "Tokens of mary that were removed: 2.\n")
    assert [row.split()[1] for row in procdef("token", "list").output.splitlines()[1:]] == ["john"]
    for words in ((), ("x", "--user", "john")):
        done = procdef("token", "remove", *words)
        assert (done.exit_code, "Name a token by its ID, or a user by --user." in done.output) == (2, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["remove", "--user", "nobody"], "There is no user 'nobody'."),
        (["add", "nobody"], "There is no user 'nobody'."),
        (["add", "mary", "--name", "x" * 256], "The token's name has 256 characters; at most 255 are possible."),
        (["remove", "nope"], "There is no token 'nope'."),
    ],
)
def test_what_is_wrong_is_one_line(procdef: Procdef, mary: str, words: list[str], told: str) -> None:
    done = procdef("token", *words)
    assert (done.exit_code, done.output) == (3, f"procdef: {told}\n")
