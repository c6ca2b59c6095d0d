"""What the commands on BPMN files have in common: which words are files and which are keys, their bytes, and the exit statuses."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from procdef.cli.common import STANDARD
from procdef.cli.servers import Tenant, asking_target, asks_server
from procdef.errors import NO, REFUSED, UNREACHABLE, USAGE, YES, InvalidSetting, ProcdefError, TooLarge, UnreadableBpmn

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from procdef.bpmn.reading.node import Node
    from procdef.client.engine import Engine, Row
    from procdef.client.target import Wanted
    from procdef.client.words import Named

STATUSES: Mapping[int, str] = {
    YES: "done",
    USAGE: "wrong option or argument",
    REFUSED: "a file is missing, too large or no BPMN file, there is no such key, or any other error",
    UNREACHABLE: "the server cannot be reached",
}
"""The exit statuses of the commands on BPMN files."""
RESULTS: Mapping[int, str] = {YES: "the files are equal", NO: "the files are different"}
"""The exit statuses of a command that compares files, in addition or instead."""
NO_RESULTS: Mapping[int, str] = {}
RULE = (
    "{} the path of a file, `-` for the standard input, or the key of a definition on the server: `KEY` for its latest version, `KEY@3` "
    "for version 3, `KEY@tag:1.1` for the highest version with this version tag. `CONTEXT:KEY` names a definition on the server of a "
    "context. A word is a path if it has a slash, if it ends in `.bpmn` or `.xml`, or if there is a file of this name. Files need no "
    "server, no store and no setting."
)
"""The rule in the help, after the names of the arguments."""
SUFFIXES = (".bpmn", ".xml")
MAX_BYTES = 16 * 1024 * 1024
"""The size of a file at most. It is the default of PROCDEF_MAX_BODY."""
NO_ELEMENTS = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'
"""What `/dev/null` stands for: Git gives this name to the missing side of a file that was added or removed."""


class NotReadable(ProcdefError):
    """A BPMN file that the user named cannot be read. The message is the one line that the user sees."""

    exit_status = REFUSED


class FileCommand(click.Command):
    """A command on BPMN files. Its help ends with the rule for its arguments and with its exit statuses."""

    def __init__(self, *args: Any, subject: str, results: Mapping[int, str] = NO_RESULTS, **kwargs: Any) -> None:
        """`subject` begins the rule: `FILE is`. `results` are exit statuses in addition to STATUSES, or instead of them."""
        super().__init__(*args, **kwargs)
        listed = ", ".join(f"{status} {text}" for status, text in sorted({**STATUSES, **results}.items()))
        self.help = f"{cleandoc(self.help or '')}\n\n{RULE.format(subject)}\n\nExit status: {listed}."

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        gc.disable()  # the process ends soon, and of a large file hardly anything is garbage: a third of the time was spent to look for it
        try:
            return super().invoke(ctx)
        finally:
            gc.enable()


class Word(click.ParamType[str]):
    """A word that names a BPMN file: a path, `-`, or a key with or without a version."""

    name = "file"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word, unchanged. It is a usage error if it is neither a file nor well-formed as a key."""
        if not is_file(value) and not _named(value):
            self.fail(f"{value!r} is no file, and no key as KEY, KEY@VERSION or KEY@tag:TAG", param, ctx)
        return value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002
        """The files whose paths begin so, which the shell finds."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type="file")]


TENANT = click.option("--tenant", metavar="ID", type=Tenant(), help="Tenant of the keys. Without it: the definitions without a tenant.")


def reads_files(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that each command on BPMN files has. It gets `tenant`, and `wanted`, which says what server to ask for keys."""
    return TENANT(asks_server(function))


@dataclass(frozen=True, slots=True)
class Deployed:
    """What tells people which version of a key it is. `day` is the one on which it was deployed. `user` is None if that is not known."""

    key: str
    name: str | None
    version: int
    day: str
    user: str | None


@dataclass(frozen=True, slots=True)
class BpmnFile:
    """A BPMN file that the user named: the word, the bytes, and its definition if it is one of a server."""

    word: str
    data: bytes
    definition: Deployed | None = None

    @property
    def key(self) -> str | None:
        """The key of the definition; None for a file."""
        return self.definition.key if self.definition else None


def is_file(word: str) -> bool:
    """Whether a word names a file or the standard input. Any other word is a key, also if there is a folder of this name."""
    return word == STANDARD or "/" in word or word.endswith(SUFFIXES) or (os.path.lexists(word) and not Path(word).is_dir())


def bpmn_files(words: Sequence[str], tenant: str | None, wanted: Wanted) -> list[BpmnFile]:
    """The file that each word names. Definitions are those of `tenant`; None: those without tenant.

    Raises NotReadable, the errors of `procdef.client`, and OSError for a file that the operating system does not give.
    """
    with ExitStack() as stack:
        servers = _Servers(stack, wanted)
        return [_from_file(word) if is_file(word) else _from_server(servers, word, tenant) for word in words]


def with_version_before(word: str, tenant: str | None, wanted: Wanted) -> list[BpmnFile]:
    """The version before the definition that a key names, and the definition. Raises as `bpmn_files`."""
    from procdef.client.words import definition_before

    with ExitStack() as stack:
        engine, found = _found(_Servers(stack, wanted), word, tenant)
        return [_deployed_file(engine, word, row) for row in (definition_before(engine, found), found)]


def root_of(file: BpmnFile) -> Node:
    """The root element of a file. Raises NotReadable if it is no BPMN file, if it has a DOCTYPE, or if it is too large."""
    from procdef.bpmn.model import Options
    from procdef.bpmn.reading.node import BPMN
    from procdef.bpmn.reading.reader import read

    name = click.format_filename(file.word)
    try:
        root = read(name, file.data, Options().max_elements)
    except UnreadableBpmn as error:
        raise NotReadable(f"{error}{_place(error)}") from error
    except TooLarge as error:
        raise NotReadable(f"{name}: {error}") from error
    if (root.uri, root.tag) != (BPMN, "definitions"):
        raise NotReadable(f"{name} is no BPMN file: its root element is {root.name_in_file!r}, not 'definitions' of BPMN 2.0.")
    return root


def _place(error: UnreadableBpmn) -> str:
    """A sentence with the line and column of the error; nothing if there are none, or if the message of the parser has them already."""
    place = f"line {error.line}, column {error.column}"
    return f" See {place}." if error.line and place not in str(error) else ""


def _from_file(word: str) -> BpmnFile:
    if word == os.devnull:
        return BpmnFile(word, NO_ELEMENTS)
    if word == STANDARD and sys.stdin is None:
        raise NotReadable("The standard input is closed.")
    with click.open_file(word, "rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise NotReadable(f"{click.format_filename(word)}: The file has more than {MAX_BYTES} bytes.")
    return BpmnFile(word, data)


class _Servers:
    """The servers that keys are on. Each is asked through one connection, which is open until the end."""

    def __init__(self, stack: ExitStack, wanted: Wanted) -> None:
        self._stack, self._wanted = stack, wanted
        self._open: dict[str | None, Engine] = {}

    def of(self, context: str | None) -> Engine:
        """The server of a context; None: that of the command."""
        from procdef.client.target import Wanted, choose

        if context not in self._open:
            wanted = Wanted(context=context, seconds=self._wanted.seconds, is_one_of_several=True) if context else self._wanted
            self._open[context] = self._stack.enter_context(asking_target(choose(wanted, os.environ)))
        return self._open[context]


def _named(word: str) -> Named | None:
    from procdef.client.words import named

    return named(word)


def _from_server(servers: _Servers, word: str, tenant: str | None) -> BpmnFile:
    engine, found = _found(servers, word, tenant)
    return _deployed_file(engine, word, found)


def _deployed_file(engine: Engine, word: str, row: Row) -> BpmnFile:
    return BpmnFile(word, engine.file_of(row), _deployed(engine, row))


def _found(servers: _Servers, word: str, tenant: str | None) -> tuple[Engine, Row]:
    """The definition that a word names, and the server that has it."""
    from procdef.client.errors import NotThere
    from procdef.client.words import Named, definition_of

    name = _named(word) or Named(word)
    try:
        engine = servers.of(name.context)
        return engine, definition_of(engine, name, tenant)
    except NotThere as error:
        raise NotReadable(f"{'' if name.context else f'There is no file {word!r}. '}{error}") from error
    except InvalidSetting as error:
        raise NotReadable(f"There is no file {word!r}, and the store, which may have this key, cannot be opened. {error}") from error


def _deployed(engine: Engine, row: Row) -> Deployed:
    """Which version a row is. procdef tells when it was deployed, and by whom; an engine tells it of the deployment."""
    time = row.get("deploymentTime") or engine.deployment(str(row["deploymentId"]))["deploymentTime"]
    return Deployed(str(row["key"]), row.get("name"), int(row["version"]), str(time)[:10], row.get("deployedBy"))
