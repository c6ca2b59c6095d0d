"""The deployments of a server as commits, a commit each, by `git fast-import`: the same deployments give the same commits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from procdef.client.engine import Engine
from procdef.client.errors import WrongConfiguration
from procdef.client.git import GONE, MARK, Repository
from procdef.client.history import Deployment, File, Files, Tree, files_of, history, with_files
from procdef.client.manifest import MANIFEST
from procdef.client.paths import BPMN, companion
from procdef.common.visible import visible

ATTRIBUTES = {PurePosixPath(".gitattributes"): b"* -text\n*.bpmn diff=bpmn\n"}
"""In the first commit: Git never changes the ends of lines, and can show outlines of BPMN files."""
NOBODY = "unknown"
Shown = Callable[[list[Deployment]], Iterable[Deployment]]
"""Shows how far the export is, while the deployments are read."""


class Outcome(NamedTuple):
    """What an export has done: the deployments that are on the server, how many of them are new, and how many others are gone."""

    deployments: list[Deployment]
    new: int
    gone: int


class Commit(NamedTuple):
    """A commit of `git fast-import`: who, when in seconds, the message, and what it changes."""

    author: str
    seconds: int
    message: str
    removed: Iterable[PurePosixPath]
    written: Mapping[PurePosixPath, bytes]


def export(engine: Engine, repository: Repository, shown: Shown) -> Outcome:
    """Add a commit for each deployment that the repository does not have yet. Raises WrongConfiguration."""
    repository.prepare(MANIFEST)
    exported, all_of_them = repository.exported(), history(engine)
    by_id = {one.ident: one for one in all_of_them}
    old = [by_id[ident] for ident in exported or () if ident in by_id]
    if exported and not old:
        raise WrongConfiguration(f"{repository.folder} has the deployments of another server. Choose another folder.")
    known, gone = set(exported or ()), [ident for ident in exported or () if ident not in by_id]
    new = [one for one in all_of_them if one.ident not in known]
    if new or gone:
        _write(repository, exported is None, _commits(engine, repository, old, new, gone, shown))
    if repository.has_commits():
        repository.show()
    return Outcome([*old, *new], len(new), len(gone))


def _commits(
    engine: Engine, repository: Repository, old: list[Deployment], new: list[Deployment], gone: list[str], shown: Shown
) -> Iterator[Commit]:
    tree = Tree()
    for one in old:
        tree.add(one)
    if gone:
        yield _removal(engine, repository, tree, gone, int(old[-1].time.timestamp()))
    for one, files in with_files(engine, shown(new)):
        removed, written = tree.add(one)
        yield Commit(one.by or NOBODY, int(one.time.timestamp()), _message(one), removed, _contents(engine, one, files, written))


def _contents(engine: Engine, one: Deployment, files: Files, written: Mapping[PurePosixPath, File]) -> dict[PurePosixPath, bytes]:
    """What a deployment writes: the files of its definitions, files that get another path through it, and its other resources."""
    of_definitions = {str(row["resource"]) for row in one.definitions}
    others = {companion(one.tenant, name): data for name, data in files.items() if name not in of_definitions}
    return {path: _bytes(engine, file, one, files) for path, file in written.items()} | others


def _bytes(engine: Engine, file: File, one: Deployment, files: Files) -> bytes:
    return (files if file.deployment == one.ident else files_of(engine, file.deployment))[file.resource]


def _removal(engine: Engine, repository: Repository, tree: Tree, gone: list[str], seconds: int) -> Commit:
    """The commit after deployments were deleted on the server: its definitions are those that are the latest now."""
    files = tree.files()
    there = [PurePosixPath(name) for name in repository.git("ls-tree", "-rz", "--name-only", "HEAD").split("\0")]
    removed = [path for path in there if path.suffix == BPMN and "~" not in path.name and path not in files]
    written = {path: files_of(engine, file.deployment)[file.resource] for path, file in files.items()}
    return Commit(NOBODY, seconds, f"Remove what was deleted on the server\n\n{GONE}: {' '.join(gone)}\n", removed, written)


def _message(one: Deployment) -> str:
    subject = visible(one.name).strip() if one.name else ""
    source = f"Source: {visible(one.source)}\n\n" if one.source else ""
    return f"{subject or f'Deployment {one.ident}'}\n\n{source}{MARK}: {one.ident}\n"


def _write(repository: Repository, is_first: bool, commits: Iterator[Commit]) -> None:
    branch = repository.branch()
    start = b"" if is_first else f"from {branch}^0\n".encode()
    with repository.importing() as stream:
        for commit in commits:
            written = {**(ATTRIBUTES if is_first else {}), **commit.written}
            stream.write(_text(branch, commit) + start)
            stream.writelines(b"D %s\n" % _quoted(path) for path in sorted(commit.removed))
            for path, data in sorted(written.items()):
                stream.write(b"M 100644 inline %s\ndata %d\n%s\n" % (_quoted(path), len(data), data))
            start, is_first = b"", False


def _text(branch: str, commit: Commit) -> bytes:
    """The head of a commit. The committer is the author, so that the commit has the same hash each time."""
    name = " ".join(visible(commit.author).translate({ord("<"): "(", ord(">"): ")"}).split()) or NOBODY
    who = f"{name} <> {max(commit.seconds, 0)} +0000".encode(errors="replace")
    message = commit.message.encode(errors="replace")
    return b"commit %s\nauthor %s\ncommitter %s\ndata %d\n%s\n" % (branch.encode(), who, who, len(message), message)


def _quoted(path: PurePosixPath) -> bytes:
    """A path as `git fast-import` reads it. Paths of `procdef.client.paths` have no quotation mark and no end of line."""
    return str(path).encode()
