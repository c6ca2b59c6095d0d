"""The command `procdef user`."""

from __future__ import annotations

import pytest

from procdef.settings import load
from procdef.store.identity import passwords, sessions, users
from procdef.store.identity.tokens import Owner
from procdef.store.store import Store
from tests.cli.conftest import Procdef

SECRET = "correct horse"
HEAD = ["ID", "FIRST", "NAME", "LAST", "NAME", "E-MAIL", "PASSWORD"]


def is_password(database_url: str, user: str, password: str) -> bool:
    store = Store(load({"PROCDEF_DATABASE_URL": database_url}))
    try:
        return passwords.is_right(users.password_hash_of(store, user), password)
    finally:
        store.close()


def lines(procdef: Procdef) -> list[list[str]]:
    return [line.split() for line in procdef("user", "list").output.splitlines()]


def test_users_come_and_go(procdef: Procdef, database_url: str) -> None:
    added = procdef("user", "add", "mary", "--first-name", "Mary", "--email", "mary@example.org", input="päss words\nmore\n")
    assert (added.exit_code, added.stdout) == (0, "")
    assert is_password(database_url, "mary", "päss words")
    assert lines(procdef) == [HEAD, ["mary", "Mary", "mary@example.org", "yes"]]
    assert procdef("user", "remove", "mary").exit_code == 0
    assert lines(procdef) == [HEAD]


@pytest.mark.parametrize(("options", "removed"), [((), 0), (("--remove-tokens",), 2)])
def test_a_password_is_changed(procdef: Procdef, database_url: str, options: tuple[str, ...], removed: int) -> None:
    procdef("user", "add", "mary", input="the old one")
    for name in ("one", "other"):
        procdef("token", "add", "mary", "--name", name)
    changed = procdef("user", "password", "mary", *options, input="the new one\r\n")
    assert (changed.exit_code, changed.output) == (0, f"The password is changed; tokens of mary that were removed: {removed}.\n")
    assert [is_password(database_url, "mary", word) for word in ("the old one", "the new one")] == [False, True]
    assert len(procdef("token", "list").output.splitlines()) == 3 - removed


def test_sessions_end(procdef: Procdef, database_url: str) -> None:
    procdef("user", "add", "mary", input=SECRET)
    store = Store(load({"PROCDEF_DATABASE_URL": database_url}))
    try:
        secrets = [sessions.begin(store, Owner("mary", expires)) for expires in (None, None, "2020-01-01 00:00:00.000")]
        for number in (2, 0):
            ended = procdef("user", "log-out", "mary")
            assert (ended.exit_code, ended.output) == (0, f"Sessions of mary that were ended: {number}.\n")
        assert [sessions.owner_of(store, secret) for secret in secrets] == [None] * 3
    finally:
        store.close()


def test_a_terminal_is_asked_twice(procdef: Procdef, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True)
    asked = procdef("user", "add", "mary", input="first secret\nother\nfirst secret\nfirst secret\n")
    assert (asked.exit_code, "secret" in asked.output, asked.output.count("Password")) == (0, False, 2)
    assert is_password(database_url, "mary", "first secret")


@pytest.mark.parametrize(
    ("words", "given", "told"),
    [
        (["add", "mary"], SECRET, "procdef: The user already exists"),
        (["add", "a b"], SECRET, "procdef: User has an invalid id: 'a b' is not a valid resource identifier (letters and digits only)."),
        (["add", "x" * 65], SECRET, "procdef: The user's id has 65 characters; at most 64 are possible."),
        (["add", "anna"], "123456789", "procdef: A password has at least 10 characters (PROCDEF_PASSWORD_LENGTH); this one has 9."),
        (["password", "mary"], "x", "procdef: A password has at least 10 characters (PROCDEF_PASSWORD_LENGTH); this one has 1."),
        (["add", "anna"], "", "procdef: The password is empty."),
        (["add", "anna"], "\nx\n", "procdef: The password is empty."),
        (["add", "anna"], b"\xff\n", "procdef: The password is no UTF-8."),
        (["password", "nobody"], SECRET, "procdef: There is no user 'nobody'."),
        (["remove", "nobody"], "", "procdef: There is no user 'nobody'."),
    ],
)
def test_what_is_wrong_is_one_line(procdef: Procdef, words: list[str], given: str | bytes, told: str) -> None:
    procdef("user", "add", "mary", input="correct horse")
    done = procdef("user", *words, input=given)
    assert (done.exit_code, done.output) == (3, f"{told}\n")
    assert len(lines(procdef)) == 2


def test_a_password_is_no_argument(procdef: Procdef) -> None:
    assert procdef("user", "add", "mary", "secret").exit_code == 2
    assert "--password" not in procdef("user", "add", "--help").output


def test_no_terminal_gets_what_is_no_text(procdef: Procdef) -> None:
    procdef("user", "add", "mary", "--first-name", "a\x1b[31m\nb", input="correct horse")
    assert procdef("user", "list").output.splitlines()[1].split()[1] == "a?[31m?b"
