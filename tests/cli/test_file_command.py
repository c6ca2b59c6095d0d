"""What the commands on BPMN files have in common: files, keys, exit statuses and messages."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from procdef.cli import main
from procdef.cli.file_command import MAX_BYTES, RESULTS, STATUSES, is_file
from procdef.errors import BROKEN_PIPE, INTERRUPTED, NO, REFUSED, UNREACHABLE, USAGE, YES
from tests.cli.conftest import Procdef
from tests.cli.contexts import Contexts
from tests.samples import bpmn

DMN = b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x"/>'
EXAMPLE = (Path(__file__).parents[2] / "examples/order.bpmn").read_bytes()
READABLE: Mapping[str, bytes] = {
    "a.bpmn": EXAMPLE,
    "key": EXAMPLE,
    "a@1": EXAMPLE,
    "utf16.bpmn": EXAMPLE.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
}
FILES: Mapping[str, bytes] = {
    **READABLE,
    "cut.bpmn": bpmn("a")[:-20],
    "empty.bpmn": b"",
    "doctype.bpmn": b"<!DOCTYPE definitions>" + bpmn("a").partition(b"\n")[2],
    "dmn.xml": DMN,
    "page.xml": b"<html><body/></html>",
    "deep.bpmn": b"<a>" * 200 + b"</a>" * 200,
    "large.bpmn": bpmn("a") + b" " * MAX_BYTES,
    "many.bpmn": bpmn("a").replace(b"<endEvent", b"<task/>" * 100_000 + b"<endEvent"),
}
ELSEWHERE = " Tenants have this key: 'acme'; --tenant names one."
UNREADABLE = {
    "none.bpmn": "none.bpmn: No such file or directory.",
    "no/slash": "no/slash: No such file or directory.",
    "folder/": "folder/: Is a directory.",
    "cut.bpmn": "ENGINE-09003 Could not parse 'cut.bpmn'. ",
    "empty.bpmn": "ENGINE-09003 Could not parse 'empty.bpmn'. Premature end of file. See line 1, column 1.\n",
    "doctype.bpmn": "ENGINE-09003 Could not parse 'doctype.bpmn'. DOCTYPE is disallowed",
    "dmn.xml": "dmn.xml is no BPMN file: its root element is 'definitions', not 'definitions' of BPMN 2.0.",
    "page.xml": "page.xml is no BPMN file: its root element is 'html', not 'definitions' of BPMN 2.0.",
    "deep.bpmn": "deep.bpmn: The BPMN file nests its elements more than 150 levels deep.",
    "large.bpmn": f"large.bpmn: The file has more than {MAX_BYTES} bytes.",
    "many.bpmn": "many.bpmn: The BPMN file has more than 100000 XML elements.",
}
"""What no command can read, and the beginning of the message."""
NO_WORDS = ("", "@1", "order@", "order@0", "order@x", "order@-1", "order@1.5", "order@tag:", "order@1234567890", "a@b@1")
USES = {"outline": ["outline", "{}"], "left": ["diff", "{}", "a.bpmn"], "right": ["diff", "a.bpmn", "{}"], "picture": ["picture", "{}"]}
"""The commands, with the place of the word."""
NO_VARIABLES: Mapping[str, str] = {}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the files."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def run(use: str, word: str, *more: str, data: bytes = b"", environment: Mapping[str, str] = NO_VARIABLES) -> tuple[int, str, str]:
    """The exit status of a command, and what it printed."""
    words = [part.format(word) for part in USES[use]]
    done = CliRunner().invoke(main, [*words, *more], input=data, env={"PROCDEF_DATABASE_URL": None, **environment})
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("word", UNREADABLE)
def test_what_cannot_be_read_is_one_line(use: str, word: str) -> None:
    status, printed, said = run(use, word)
    assert (status, printed, said.count("\n")) == (REFUSED, "", 1)
    assert said.startswith(f"procdef: {UNREADABLE[word]}")


def test_a_file_that_is_not_well_formed_has_a_place_once(folder: Path) -> None:
    for text, end in ((b"<a>\n<b></a>", "See line 2, column 8."), (b"<a>\n<b c='d & e'/></a>", "line 2, column 10")):
        (folder / "wrong.bpmn").write_bytes(text)
        _, _, said = run("outline", "wrong.bpmn")
        assert said.endswith(f"{end}\n")
        assert said.count("line 2") == 1


@pytest.mark.parametrize("use", USES)
def test_files_and_the_standard_input_need_no_store(use: str, folder: Path) -> None:
    for word in (*READABLE, "./a.bpmn", "-"):
        status, _, said = run(use, word, data=EXAMPLE)
        assert (status, said) == (YES, ""), word
    assert not (folder / "var").exists()


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("word", NO_WORDS)
def test_what_is_neither_a_file_nor_a_key_is_a_usage_error(use: str, word: str) -> None:
    status, printed, said = run(use, word)
    assert (status, printed) == (USAGE, "")
    assert f"{word!r} is no file, and no key as KEY, KEY@VERSION or KEY@tag:TAG" in said


@pytest.mark.parametrize("use", USES)
def test_a_key_without_a_store_is_one_line(use: str, folder: Path) -> None:
    status, printed, said = run(use, "order")
    assert (status, printed, said.count("\n")) == (REFUSED, "", 1)
    beginning = "procdef: There is no file 'order', and the store, which may have this key, cannot be opened. "
    assert said.startswith(f"{beginning}There is no store at {folder}/var/procdef.db: ")
    assert not (folder / "var").exists()


def test_a_key_with_a_wrong_setting_or_a_database_that_is_down_is_one_line() -> None:
    for variable, value, expected, text in (
        ("PORT", "x", REFUSED, "cannot be opened. PORT='x' is not a valid value"),
        ("PROCDEF_DATABASE_URL", "postgresql://u:p@127.0.0.1:1/d", UNREACHABLE, "The store cannot be reached at present."),
    ):
        status, printed, said = run("left", "order", environment={variable: value})
        assert (status, printed, said.count("\n")) == (expected, "", 1), said
        assert text in said


def test_what_is_a_file(folder: Path) -> None:
    for word in ("-", "a/b", "./a", "/a", "new.bpmn", "new.bpmn20.xml", "key", "x@1.bpmn", "folder/"):
        assert is_file(word), word
    for word in ("order", "folder", "order@3", "order@tag:1.1", "order.v2", "a" * 5000):
        assert not is_file(word), word


def test_a_key_means_a_version_of_a_tenant(procdef: Procdef, database_url: str) -> None:
    for name, tenant, tag in (("One", None, "1.0"), ("Two", None, "1.1"), ("Three", None, "1.1"), ("Acme", "acme", "9")):
        Path("in").mkdir(exist_ok=True)
        Path("in/o.bpmn").write_bytes(bpmn("order", name=name, versionTag=tag))
        done = procdef("import", "in", *(["--tenant", tenant] if tenant else []))
        assert done.exit_code == YES, done.output
    for words, name in (
        (["order"], "Three"),
        (["order@1"], "One"),
        (["order@tag:1.1"], "Three"),
        (["order@tag:1.0"], "One"),
        (["order", "--tenant", "acme"], "Acme"),
        (["order@tag:9", "--tenant", "acme"], "Acme"),
    ):
        done = procdef("outline", *words)
        assert (done.exit_code, name in done.stdout) == (YES, True), (words, done.output)
    for words, where in (
        (["order@4"], f"without a tenant.{ELSEWHERE}"),
        (["none"], "without a tenant."),
        (["order", "--tenant", "x"], f"of the tenant 'x'.{ELSEWHERE}"),
    ):
        done = procdef("outline", *words)
        assert (done.exit_code, done.stdout) == (REFUSED, "")
        assert done.stderr == f"procdef: There is no file {words[0]!r}. There is no definition {words[0]!r} {where}\n"
    assert procdef("diff", "order@1", "order@1").exit_code == YES
    assert procdef("diff", "order@1", "order").exit_code == NO


@pytest.mark.parametrize("command", ["outline", "picture"])
def test_a_key_is_on_the_server_that_is_named(contexts: Contexts, command: str) -> None:
    for context, work in (("test", "check"), ("prod", "ship")):
        contexts.deploy(context, {"order.bpmn": EXAMPLE.replace(b'"ship"', f'"{work}2"'.encode())})
    url = contexts.urls["test"]
    for words, context in (
        (["test:order"], "test"),
        (["prod:order@1"], "prod"),
        (["prod:order@tag:1.0", "--context", "test"], "prod"),
        (["order", "--context", "prod"], "prod"),
        (["order", "--url", url], "test"),
        (["order", "--store"], "test"),
    ):
        done = contexts.run(command, *words)
        assert (done.exit_code, done.stderr) == (YES, "")
        assert (f"{'ship' if context == 'prod' else 'check'}2" in done.stdout) is True


def test_definitions_of_two_servers_are_compared(contexts: Contexts) -> None:
    contexts.deploy("test", {"a.bpmn": bpmn("a", name="New"), "b.bpmn": bpmn("b")})
    contexts.deploy("prod", {"a.bpmn": bpmn("a", name="Old")})
    done = contexts.run("diff", "prod:a", "test:a")
    assert (done.exit_code, "name  Old → New" in done.stdout) == (NO, True)
    assert contexts.run("diff", "prod:a", "prod:a@1").exit_code == YES


def test_a_key_that_a_server_does_not_have_is_one_line(contexts: Contexts) -> None:
    for word, status, said in (
        ("prod:none", REFUSED, "There is no definition 'none' without a tenant."),
        ("none:a", USAGE, "There is no context 'none' in "),
        ("a", UNREACHABLE, "http://127.0.0.1:1/engine-rest cannot be reached: "),
    ):
        done = contexts.run("outline", word, *(["--url", "http://127.0.0.1:1"] if word == "a" else []))
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (status, "", 1)
        assert done.stderr.startswith(f"procdef: {said}")


def test_settings_are_read_for_keys_only() -> None:
    for word, warned in (("a.bpmn", False), ("order", True)):
        assert ("PROCDEF_WORKER is not a setting" in run("outline", word, environment={"PROCDEF_WORKER": "1", "PORT": "x"})[2]) == warned


def test_a_word_that_is_no_utf_8(folder: Path) -> None:
    name = os.fsdecode(b"\xff.bpmn")
    assert "No such file or directory" in run("outline", name)[2]
    (folder / name).write_bytes(b"<no")
    status, _, said = run("outline", name)
    assert (status, "\\ufffd.bpmn" in ascii(said)) == (REFUSED, True)


@pytest.mark.parametrize("command", ["outline", "diff", "picture"])
def test_the_help_has_the_rule_and_the_exit_statuses(command: str) -> None:
    printed = " ".join(CliRunner().invoke(main, [command, "--help"]).stdout.split())
    for status, text in ({**STATUSES, **(RESULTS if command == "diff" else {})}).items():
        assert f"{status} {text}" in printed
    assert "`KEY@tag:1.1`" in printed


MORE_THAN_A_PIPE_HOLDS = 1024 * 1024


def start(*words: str, stdout: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    # the tests may run in the background of a shell, where Ctrl-C is ignored
    command = ["env", "--default-signal=INT", sys.executable, "-m", "procdef", *words]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=stdout, stderr=subprocess.PIPE)


def test_ctrl_c_ends_a_command_without_a_message() -> None:
    started = start("outline", "-")
    assert started.stdin is not None
    started.stdin.write(b" " * MORE_THAN_A_PIPE_HOLDS)  # it returns when the command has begun to read
    started.send_signal(signal.SIGINT)
    assert (*started.communicate(timeout=30), started.returncode) == (b"", b"", INTERRUPTED)


def test_nobody_has_to_read_the_output() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    started = start("outline", "a.bpmn", stdout=writer)
    os.close(writer)
    assert (started.communicate(timeout=30)[1], started.returncode) == (b"", BROKEN_PIPE)


def test_a_full_disk_is_one_line_and_no_result() -> None:
    with Path("/dev/full").open("wb") as full:
        started = start("outline", "a.bpmn", stdout=full.fileno())
        said = started.communicate(timeout=30)[1].decode()
    assert (said, started.returncode) == ("procdef: input or output: No space left on device.\n", REFUSED)


def test_a_closed_standard_input_or_output_is_no_traceback() -> None:
    closed = "procdef: The standard input is closed.\n"
    for words, status, said in (
        ("outline - <&-", REFUSED, closed),
        ("outline a.bpmn >&-", YES, ""),
        ("diff a.bpmn key >&-", YES, ""),
    ):
        command = f"{sys.executable} -m procdef {words}"
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (status, "", said)
