"""Which commands make a store, and which say that there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from procdef.cli import main

LISTS = (["user", "list"], ["token", "list"], ["job", "list"], ["user", "remove", "mary"])
MAKERS = (["user", "add", "mary"], ["import", "."])


def run(words: list[str], **environment: str | None) -> tuple[int, str]:
    done = CliRunner().invoke(main, words, input="a long secret", env={"PROCDEF_DATABASE_URL": None, **environment})
    return done.exit_code, done.stderr


@pytest.mark.parametrize("words", [*LISTS, *MAKERS])
def test_no_command_makes_a_store_where_it_happens_to_be_run(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    status, said = run(words)
    assert (status, list(tmp_path.iterdir())) == (2, [])
    assert said.startswith(f"procdef: There is no store at {tmp_path}/var/procdef.db: ")


@pytest.mark.parametrize("words", [*LISTS, *MAKERS])
def test_only_what_adds_makes_the_store_that_is_named(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    status, said = run(words, PROCDEF_DATABASE_URL="sqlite:///new/p.db")
    assert (status, (tmp_path / "new/p.db").exists()) == ((0, True) if words in MAKERS else (2, False))
    assert ("made a new store" in said) == (words in MAKERS)
    assert str(tmp_path / "new/p.db") in said
