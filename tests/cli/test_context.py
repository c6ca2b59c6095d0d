"""`procdef context`: the servers that have names, in the configuration file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from procdef.cli import main
from procdef.client.contexts import Context, added, removed, with_current

Run = Callable[..., Result]
FILE = """# servers of our team
current = "test"  # not prod

[contexts.test]
url = "http://test.example.org/engine-rest"

# ask marta first
[contexts.prod]
url = "https://prod.example.org/engine-rest"
user = "ci"
token_command = "pass show SECRET"
protected = true
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "new/config.toml"


@pytest.fixture
def run(config: Path) -> Run:
    return lambda *words: CliRunner().invoke(main, ["context", *words], env={"PROCDEF_CONFIG": str(config)})


@pytest.fixture
def two(config: Path) -> Path:
    config.parent.mkdir()
    config.write_text(FILE, encoding="utf-8")
    return config


def test_contexts_are_added_chosen_listed_and_removed(run: Run, config: Path) -> None:
    words = ("prod", "https://prod.example.org", "--user", "ci", "--password-command", "pass show procdef", "--protected")
    assert run("add", *words).exit_code == 0
    assert run("add", "test", "http://test.example.org:8080/rest/").exit_code == 0
    assert (config.stat().st_mode & 0o777, config.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert run("use", "prod").exit_code == 0
    assert tomllib.loads(config.read_text()) == {
        "current": "prod",
        "contexts": {
            "prod": {
                "url": "https://prod.example.org/engine-rest",
                "user": "ci",
                "password_command": "pass show procdef",
                "protected": True,
            },
            "test": {"url": "http://test.example.org:8080/rest"},
        },
    }
    assert [line.split() for line in run("ls").stdout.splitlines()] == [
        ["NAME", "URL", "USER", "CREDENTIALS", "PROTECTED"],
        ["*", "prod", "https://prod.example.org/engine-rest", "ci", "password_command", "true"],
        ["test", "http://test.example.org:8080/rest", "-", "-", "false"],
    ]
    assert run("rm", "prod").stderr == "Removed prod. No context is current now.\n"
    assert (run("ls", "-o", "name").stdout, run("rm", "prod").exit_code) == ("test\n", 2)
    assert [path.name for path in config.parent.iterdir()] == [config.name]


def test_an_empty_list_says_where_it_looked(run: Run, config: Path) -> None:
    done = run("ls", "-o", "json")
    assert (json.loads(done.stdout), done.stderr) == ([], f"There are no contexts in {config}.\n")
    assert not config.parent.exists()


def test_comments_of_the_file_stay(run: Run, two: Path) -> None:
    assert run("add", "dev", "http://127.0.0.1:8080").exit_code == 0
    assert run("use", "prod").exit_code == 0
    expected = FILE.replace('current = "test"', 'current = "prod"')
    assert two.read_text() == f'{expected}\n[contexts.dev]\nurl = "http://127.0.0.1:8080/engine-rest"\n'
    assert run("rm", "dev").exit_code == 0
    assert two.read_text().rstrip() == expected.rstrip()


def test_a_file_that_is_a_link_stays_one(run: Run, two: Path, tmp_path: Path) -> None:
    link = tmp_path / "dotfiles.toml"
    two.rename(link)
    two.symlink_to(link)
    assert run("use", "prod").exit_code == 0
    assert two.is_symlink()
    assert 'current = "prod"' in link.read_text()


def test_a_program_that_prints_a_secret_is_not_printed(run: Run, two: Path) -> None:
    for form in ("table", "wide", "json", "yaml", "csv", "md", "name"):
        assert "SECRET" not in run("ls", "-o", form).output


@pytest.mark.parametrize(
    "words",
    [
        ("use", "nobody"),
        ("rm", "nobody"),
        ("add", "prod", "http://other.example.org"),
        ("add", "a:b", "http://other.example.org"),
        ("add", "-x", "http://other.example.org"),
        ("add", "new", "other.example.org"),
        ("add", "new", "http://mary:SECRET@other.example.org"),
        ("add", "new", "http://other.example.org?token=SECRET"),
        ("add", "new"),
        ("ls", "--fields", "nothing"),
    ],
)
def test_what_cannot_be_is_a_line_and_changes_nothing(run: Run, two: Path, words: tuple[str, ...]) -> None:
    done = run(*words)
    assert (done.exit_code, done.stdout, two.read_text()) == (2, "", FILE)
    assert "SECRET" not in done.stderr


@pytest.mark.parametrize(
    "member",
    ['password = "SECRET"', 'token = "SECRET"', 'url = "https://mary:SECRET@prod.example.org"', "url = SECRET", f"SECRET = {'[' * 9999}"],
)
def test_a_secret_in_the_file_is_refused_and_not_printed(run: Run, two: Path, member: str) -> None:
    two.write_text(f"[contexts.a]\n{member}\n", encoding="utf-8")
    for words in (("ls",), ("use", "a"), ("add", "b", "http://b.example.org")):
        done = run(*words)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "SECRET" not in done.stderr


def test_a_folder_that_cannot_be_made_is_a_line(run: Run, config: Path) -> None:
    config.parent.write_text("a file", encoding="utf-8")
    done = run("add", "a", "http://a.example.org")
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)


NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,8}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(st.dictionaries(NAMES, TEXTS, min_size=1, max_size=4), st.data())
def test_each_context_is_read_as_it_was_added(servers: dict[str, str], data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(["", "# a comment\n", '\n[contexts.other] # here\nurl = "x"\n']))
    for name, url in servers.items():
        text = added(text, Context(name, url, user=url))
    text = with_current(text, chosen := data.draw(st.sampled_from(sorted(servers))))
    read = tomllib.loads(text)
    assert (read["current"], read["contexts"][chosen]) == (chosen, {"url": servers[chosen], "user": servers[chosen]})
    left = tomllib.loads(removed(text, chosen))
    assert left.get("current") is None
    assert left.get("contexts", {}).keys() == read["contexts"].keys() - {chosen}


@pytest.mark.parametrize(
    "words",
    [
        *((option, value) for option in ("--token-command", "--password-command") for value in ("'", "", " ")),
        ("--user", ""),
        ("--user", "a:b"),
    ],
)
def test_what_can_never_work_is_refused_at_once(run: Run, config: Path, words: tuple[str, str]) -> None:
    done = run("add", "x", "http://x.example.org", *words)
    assert (done.exit_code, f"Invalid value for '{words[0]}'" in done.stderr, config.exists()) == (2, True, False)
