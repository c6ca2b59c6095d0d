"""The pages of the documentation: their commands work. And their words, and those of the code's prose, are those of the glossary.

Each command is run, in the order of its page, against a procdef that serves, and must print what the page says.

A block `console` has commands after `$ `, and what they print, where `…` stands for any text. Those of a block `sh` only have to succeed.
A block after a line `<!-- not run: why -->` is left out, and so is one that begins with `apt`, `git` or `make`.
"""

from __future__ import annotations

import ast
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.missing import need
from tests.servers.procdef import process

ROOT = Path(__file__).parents[1]
PAGES = (
    "README.md",
    "docs/tutorial/first-steps.md",
    "docs/tutorial/ten-minutes-with-the-page.md",
    "docs/how-to/back-up-and-upgrade.md",
    "docs/how-to/candidate-starters.md",
    "docs/how-to/command-line.md",
    "docs/how-to/compare-environments.md",
    "docs/how-to/compare-versions.md",
    "docs/how-to/dashboards.md",
    "docs/how-to/deploy-from-ci.md",
    "docs/how-to/import-a-folder.md",
    "docs/how-to/is-it-well.md",
    "docs/how-to/ops-questions.md",
    "docs/how-to/query-by-body.md",
    "docs/how-to/report-incidents.md",
    "docs/how-to/show-pictures.md",
    "docs/how-to/use-the-page.md",
    "docs/how-to/where-used.md",
)
BLOCK = re.compile(r"^(<!-- not run: .+ -->\n\n?)?```(console|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SERVER = "http://127.0.0.1:8080"
ELSEWHERE = ("apt", "git", "make")
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
GLOSSARY = ROOT / "docs/explanation/glossary.md"
GENERATED = ROOT / "docs/reference"
PROSE = sorted(
    path
    for pattern in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/**/*.md")
    for path in ROOT.glob(pattern)
    if GENERATED not in path.parents and ROOT / "docs/_build" not in path.parents
)
"""The pages whose words are checked."""
SOURCES = sorted(
    path
    for folder in ("procdef", "bench", "tests")
    for path in (ROOT / folder).rglob("*.py")
    if path.parent != ROOT / "procdef/store/migrations"
)
"""The modules whose docstrings and comments are checked. Migrations are not: they never change."""
CODE = re.compile(r"^```(?P<directive>\{)?[^\n]*\n(?P<body>(?s:.*?))^```$|^ {4}.*$|`[^`\n]+`", re.MULTILINE)
"""Code in Markdown, whose words are those of a program; the body of a directive of Sphinx is text of the page."""
HOUSE_WORDS = {
    r"(parted|separated) by commas": "comma-separated",
    r"whole numbers?": "integer",
    r"but for": "except, or: apart from",
    r"as (it is|they are)\b": "unchanged, or: because it is",
    r"what is to (be|become)": "pending, or: what happens to",
    r"in the words of": "as (as SQL)",
    r"(come|comes|came) by": "read, or found by",
    r"puts? out": "evicts",
    r"who(ever)? asks": "the client, or the user",
    r"who (he|she|it) is": "authenticates, or: its credentials",
    r"(is|are) told": "gets, or: is informed",
    r"(stands?|standing) (in|beside|around)": "is next to, or: is in",
    r"(is|are) let in": "is admitted, or: is authenticated",
    r"landmarks?": "cursor",
    r"found, then fetched": "deferred join",
    r"the way to (its|the) rows": "scan",
    r"place in the order": "sort key",
    r"place among equals": "tie-breaker",
    r"(kept|keeps?) answers?|answers? (that )?(is|are) kept": "cached response, or: response cache",
    r"(?<!query )shape of (a|the) request": "query shape",
    r"rehears(al|e|es|ed)": "dry run",
    r"laid down on": "spooled to",
    r"the end of a wire": "pipelined",
    r"has none of": "does not have (empty resource)",
    r"anew": "again",
    r"dearer": "slower, or: more expensive",
}
"""Words that procdef alone has used, and the words of the field that stand for them."""


@dataclass(frozen=True)
class Command:
    """A command, and what it prints; None where that does not matter."""

    text: str
    printed: str | None


def commands(page: str, elsewhere: tuple[str, ...] = ELSEWHERE) -> Iterator[Command]:
    for left_out, kind, text in BLOCK.findall(page):
        if left_out or text.startswith(elsewhere):
            continue
        if kind == "sh":
            yield Command(text, None)
            continue
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            lines = part.splitlines(keepends=True)
            size = next(number for number in range(1, len(lines) + 1) if is_whole("".join(lines[:number])))
            yield Command("".join(lines[:size]), "".join(lines[size:]))


def is_whole(command: str) -> bool:
    """Whether a command goes on in no further line."""
    try:
        shlex.split(command)
    except ValueError:  # a quotation that does not end
        return False
    return not command.rstrip().endswith(("\\", "|"))


def pattern(printed: str) -> str:
    return ".*?".join(map(re.escape, printed.split("…")))


def prose(path: Path) -> str:
    """The text of a page in lower case, on one line, without code, targets of links, and the words that the glossary advises against."""
    text = CODE.sub(lambda code: code["body"] if code["directive"] else " ", path.read_text(encoding="utf-8"))
    if path == GLOSSARY:
        text = re.sub(r"\|[^|\n]*\|$", "|", text, flags=re.MULTILINE)
    return one_line(re.sub(r"\]\([^)]*\)", "]", text))


def prose_of_code(source: str) -> Iterator[str]:
    """Each docstring and each comment of a module in lower case, on one line, without the code in backticks."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield one_line(re.sub(r"`[^`]*`", " ", node.value.value))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield one_line(re.sub(r"`[^`]*`", " ", token.string))


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().lower()


def house_words(text: str) -> list[str]:
    """Each house word in a text, with the word that is allowed."""
    return [f'"{found[0]}": say {allowed}' for word, allowed in HOUSE_WORDS.items() for found in re.finditer(rf"\b({word})\b", text)]


def terms(page: str) -> list[list[str]]:
    """The terms of each list of the glossary."""
    return [re.findall(r"^\| ([^|]+) \|", part, re.MULTILINE)[2:] for part in page.split("\n## ")[1:]]


@pytest.fixture
def tools() -> None:
    need("curl", "jq")


def test_the_commands_of_a_page_are_found() -> None:
    page = "```console\n$ a |\n    b\nx\ny\n$ c\n```\n<!-- not run: why -->\n```sh\nd\n```\n```sh\nif e; then\n    f\nfi\n```\n"
    assert list(commands(page)) == [Command("a |\n    b\n", "x\ny\n"), Command("c\n", ""), Command("if e; then\n    f\nfi\n", None)]
    assert re.fullmatch(pattern("a.… c\n"), "a.b c\n")
    assert not re.fullmatch(pattern("a.… c\n"), "axb c\n")


def test_code_is_not_prose(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("A [b](c)\n`d`\n```{note}\ne\n```\nf\n```sh\ng\n```\n\n    h\n\ni\n", encoding="utf-8")
    assert prose(page).split() == ["a", "[b]", "e", "f", "i"]


def test_a_house_word_is_found_with_the_word_that_is_allowed() -> None:
    assert house_words("a landmark, a host") == ['"landmark": say cursor']
    assert house_words("landmarked") == []


def test_the_prose_of_code_is_its_docstrings_and_comments() -> None:
    source = '"""A\n`b` c."""\nd = "e"  # F\n"""G"""\n\n\ndef h() -> None:\n    """I"""\n    return "# j"\n'
    assert sorted(prose_of_code(source)) == ["# f", "a c.", "g", "i"]


@pytest.mark.parametrize("path", PROSE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_has_no_house_words(path: Path) -> None:
    assert house_words(prose(path)) == []


@pytest.mark.parametrize("folder", ["procdef", "bench", "tests"])
def test_code_has_no_house_words(folder: str) -> None:
    sources = [path for path in SOURCES if path.is_relative_to(ROOT / folder)]
    assert len(sources) > 5
    found = {
        str(path.relative_to(ROOT)): words
        for path in sources
        if (words := [word for text in prose_of_code(path.read_text(encoding="utf-8")) for word in house_words(text)])
    }
    assert found == {}


def test_the_glossary_has_each_term_once_in_the_order_of_the_alphabet() -> None:
    lists = terms(GLOSSARY.read_text(encoding="utf-8"))
    assert [len(found) > 20 for found in lists] == [True, True]
    assert all(found == sorted(found, key=str.lower) for found in lists)
    every = [term for found in lists for term in found]
    assert len(every) == len({term.lower() for term in every})


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_a_number_a_status_and_a_date(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    assert re.match(rf"# {int(path.stem[:4])}\. .+\n\nStatus: (accepted|superseded)\b.* Date: \d{{4}}-\d\d-\d\d[.,]", page)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.usefixtures("tools")
def test_each_command_of_a_page_prints_what_the_page_says(name: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/bin").symlink_to(Path(sys.executable).parent)
    given = list(commands((ROOT / name).read_text(encoding="utf-8")))
    assert given
    with process(tmp_path) as (base, _server):
        server = base.removesuffix("/engine-rest")
        environment = {**os.environ, "PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/procdef.db", "TMPDIR": str(tmp_path)}
        for command, printed, status in zip(given, *run(given, server, tmp_path, environment), strict=True):
            assert command.printed is not None or status == 0, (command.text, printed)
            if command.printed is not None:
                assert re.fullmatch(pattern(command.printed), printed, re.DOTALL), f"{command.text}{printed}"


def run(given: list[Command], server: str, folder: Path, environment: dict[str, str]) -> tuple[list[str], list[int]]:
    """What the commands print and their exit statuses, all run by one shell."""
    script = "".join(f"{{ {one.text.rstrip()}\n}} >out{number} 2>&1\necho $? >status{number}\n" for number, one in enumerate(given))
    script = script.replace(SERVER, server)
    done = subprocess.run(["bash"], input=script, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout, done.stderr) == ("", "")
    printed = [(folder / f"out{number}").read_text(encoding="utf-8").replace(server, SERVER) for number in range(len(given))]
    return printed, [int((folder / f"status{number}").read_text()) for number in range(len(given))]
