"""A Git repository that has the deployments of a server as commits."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from procdef.client.errors import WrongConfiguration

MARK, GONE = "Procdef-Deployment", "Procdef-Removed"
"""The trailers of the commits: the id of the deployment, and the ids of deployments that were deleted on the server."""
BRANCH = "main"


class Repository:
    """A Git repository in a folder. Its methods raise WrongConfiguration."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}

    def prepare(self, ignored: str) -> None:
        """Make the repository, if the folder is not there or empty. Git does not look at the file `ignored` in it."""
        if (self.folder / ".git").exists():
            return
        if self.folder.exists() and any(self.folder.iterdir()):
            raise WrongConfiguration(f"{self.folder} has files and is no Git repository. Name an empty folder or a new one.")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", f"--initial-branch={BRANCH}")
        (self.folder / ".git/info").mkdir(exist_ok=True)
        (self.folder / ".git/info/exclude").write_text(f"/{ignored}\n", encoding="utf-8")

    def exported(self) -> list[str] | None:
        """The ids of the deployments that the branch has, from the oldest on; None if it has no commit."""
        if not self.has_commits():
            return None
        ids: list[str] = []
        for line in self.git("log", "--reverse", f"--format=%(trailers:key={MARK},key={GONE})%x00").split("\0")[:-1]:
            self._follow(ids, line.strip())
        return ids

    def has_commits(self) -> bool:
        """Whether the branch has a commit."""
        return self._run("rev-parse", "--quiet", "--verify", "HEAD").returncode == 0

    def branch(self) -> str:
        """The full name of the branch that is checked out."""
        return self.git("symbolic-ref", "HEAD").strip()

    def show(self) -> None:
        """Bring the files of the folder up to date. Files that somebody has changed stay, and Git says so."""
        self.git("read-tree", "-m", "-u", self.git("write-tree").strip(), "HEAD")

    def git(self, *words: str) -> str:
        """What Git prints."""
        done = self._run(*words)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
            raise WrongConfiguration(f"git {words[0]} in {self.folder}: {said[0]}")
        return done.stdout.decode(errors="replace")

    @contextmanager
    def importing(self) -> Iterator[IO[bytes]]:
        """The input of `git fast-import`. The branch has the new commits when the block has ended, and none if it fails."""
        words = ["git", "-C", str(self.folder), "fast-import", "--quiet", "--done"]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environ) as process:  # noqa: S603
            stream, errors = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stderr)
            try:
                yield stream
                stream.write(b"done\n")
                stream.close()
            except BrokenPipeError:
                stream.raw.close()  # type: ignore[attr-defined]  # what Git does not read is not written
            except BaseException:
                process.kill()
                raise
            said = errors.read().decode(errors="replace").strip().splitlines()
            if process.wait():
                raise WrongConfiguration(f"git fast-import in {self.folder}: {said[0] if said else 'it failed.'}")

    def _follow(self, ids: list[str], line: str) -> None:
        name, _, value = line.partition(": ")
        if name == MARK:
            ids.append(value)
        elif name == GONE:
            gone = set(value.split())
            ids[:] = [ident for ident in ids if ident not in gone]
        else:
            raise WrongConfiguration(f"{self.folder} has commits that `procdef export --git` did not make.")

    def _run(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603
                ["git", "-C", str(self.folder), *words],  # noqa: S607
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                env=self.environ,
            )
        except FileNotFoundError as error:
            raise WrongConfiguration("git is not installed, or not in PATH.") from error
