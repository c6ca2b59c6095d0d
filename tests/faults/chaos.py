"""Chaos: eight clients on two procdef hosts and one PostgreSQL behind nginx, while workers, hosts, the database and nginx are killed.

`python -m tests.faults.chaos --seconds 600 --seed 1` prints what it found and ends with 1 if something is wrong: an acknowledged deployment
is lost, somebody sees what is not for them, a response is a 5xx other than 503, or a number of an event is missing or comes twice.
Authorization is on: deployers and readers are bound to a tenant.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg

from procdef.settings import load
from procdef.store.identity import roles, tokens, users
from procdef.store.store import Store
from tests.samples import bpmn
from tests.servers.postgres import _account, find_programs, running
from tests.servers.procdef import command, free_port

PAUSE, DOWN = (5.0, 12.0), 3.0
"""The seconds between two kills, and how long what was killed stays away."""
TENANTS = ("north", "south", "west")
STATISTICS = "/process-definition/statistics"
READ = ("/process-definition", "/deployment", "/event", "/process-definition/count", STATISTICS)
NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; user root;
events {{ worker_connections 512; }}
http {{
    access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    upstream procdef {{ server 127.0.0.1:{one} max_fails=1 fail_timeout=2s; server 127.0.0.1:{other} max_fails=1 fail_timeout=2s; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{ proxy_pass http://procdef; proxy_http_version 1.1; proxy_connect_timeout 2s; proxy_read_timeout 60s; }}
        error_page 502 504 =503 /unreachable;
        location = /unreachable {{ internal; return 503 "no host answers"; }}
    }}
}}
"""


@dataclass
class Found:
    """What the clients found out. `kept` are the acknowledged deployments, `unsure` those that may have gone by a delete without answer."""

    kept: dict[str, str] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    memory: list[tuple[float, int]] = field(default_factory=list)

    def note(self, answer: httpx.Response) -> httpx.Response:
        """Count a response; one of a kind that must not be is kept."""
        self.statuses[str(answer.status_code)] += 1
        if answer.status_code >= 500 and answer.status_code != 503:
            self.wrong.append(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:200]}")
        return answer


class Host:
    """One host of procdef, which can be killed and started again."""

    def __init__(self, folder: Path, url: str) -> None:
        self.port, self.folder, self.url = free_port(), folder, url
        self.server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        settings = {"PROCDEF_DATABASE_URL": self.url, "PROCDEF_AUTH": "token", "PROCDEF_AUTHORIZATION": "on", "PROCDEF_WORKERS": "2"}
        words, environment = command({**settings, "PORT": str(self.port)})
        with (self.folder / f"host-{self.port}.log").open("ab") as log:
            self.server = subprocess.Popen(words, env=environment, stdout=log, stderr=log, start_new_session=True)

    def workers(self) -> list[int]:
        assert self.server is not None
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.server.pid)], capture_output=True, text=True, check=False)
        return [int(pid) for pid in found.stdout.split()]

    def kill(self) -> None:
        assert self.server is not None
        with suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def memory(self) -> int:
        """The bytes of the host's processes together."""
        assert self.server is not None
        pages = 0
        for pid in (self.server.pid, *self.workers()):
            with suppress(OSError):
                pages += int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


class Place:
    """The hosts, the database and nginx, and how each is killed and comes back."""

    def __init__(self, folder: Path, programs: Path, url: str) -> None:
        self.folder, self.programs, self.data = folder, programs, folder / "postgres" / "data"
        self.database_port = int(url.rpartition(":")[2].partition("/")[0])
        self.hosts = [Host(folder, url) for _ in range(2)]
        self.port = free_port()
        text = NGINX.format(folder=folder, one=self.hosts[0].port, other=self.hosts[1].port, port=self.port)
        (folder / "nginx.conf").write_text(text, encoding="utf-8")
        self.nginx: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/engine-rest"

    def start_nginx(self) -> None:
        words = [shutil.which("nginx") or "nginx", "-c", str(self.folder / "nginx.conf"), "-p", str(self.folder)]
        self.nginx = subprocess.Popen(words, start_new_session=True)

    def kill_nginx(self) -> None:
        assert self.nginx is not None
        with suppress(ProcessLookupError):
            os.killpg(self.nginx.pid, signal.SIGKILL)
        self.nginx.wait()

    def kill_database(self) -> None:
        os.kill(int((self.data / "postmaster.pid").read_text(encoding="ascii").split()[0]), signal.SIGKILL)

    def start_database(self) -> None:
        options = f"-h 127.0.0.1 -p {self.database_port} -k ''"
        words = [str(self.programs / "pg_ctl"), "start", "--wait", f"--pgdata={self.data}", f"--options={options}", "--log=/dev/null"]
        for _ in range(20):
            if subprocess.run(words, cwd="/", capture_output=True, check=False, **_account()).returncode == 0:
                return
            time.sleep(0.5)
        raise RuntimeError("PostgreSQL does not come back")

    def kill_one(self, choice: random.Random, found: Found) -> None:
        """Kill a worker, a host, the database or nginx, and bring it back."""
        what = choice.choice(["worker", "host", "database", "nginx"])
        found.kills[what] += 1
        host = choice.choice(self.hosts)
        if what == "worker":
            if workers := host.workers():
                with suppress(ProcessLookupError):
                    os.kill(choice.choice(workers), signal.SIGKILL)
            return
        kill, start = {
            "host": (host.kill, host.start),
            "database": (self.kill_database, self.start_database),
            "nginx": (self.kill_nginx, self.start_nginx),
        }[what]
        kill()
        time.sleep(DOWN)
        start()

    def stop(self) -> None:
        self.kill_nginx()
        for host in self.hosts:
            host.kill()


class Clients:
    """The clients: three deployers, three readers, an administrator and one who follows the events."""

    def __init__(self, base: str, secrets: dict[str, str], found: Found, seed: int) -> None:
        self.base, self.secrets, self.found, self.seed = base, secrets, found, seed
        self.over = threading.Event()

    def run(self) -> list[threading.Thread]:
        walks: list[tuple[Callable[[httpx.Client, str, random.Random], None], str, str]] = [
            *((self.deploy, f"deployer-{tenant}", tenant) for tenant in TENANTS),
            *((self.read, f"reader-{tenant}", tenant) for tenant in TENANTS),
            (self.read, "admin", ""),
            (self.follow, "admin", ""),
        ]
        threads = [threading.Thread(target=self._walk, args=(*one, number)) for number, one in enumerate(walks)]
        for thread in threads:
            thread.start()
        return threads

    def _walk(self, step: Callable[[httpx.Client, str, random.Random], None], user: str, tenant: str, number: int) -> None:
        choice = random.Random(self.seed * 100 + number)
        headers = {"Authorization": f"Bearer {self.secrets[user]}"}
        with httpx.Client(base_url=self.base, headers=headers, timeout=60) as client:
            while not self.over.is_set():
                try:
                    step(client, tenant, choice)
                except httpx.TransportError as error:
                    self.found.statuses[type(error).__name__] += 1
                    time.sleep(0.2)

    def deploy(self, client: httpx.Client, tenant: str, choice: random.Random) -> None:
        """Deploy into the own tenant, and now and then delete what was deployed, or try another tenant."""
        found, into = self.found, tenant if choice.random() < 0.9 else choice.choice(TENANTS)
        own = [ident for ident, of in list(found.kept.items()) if of == tenant and ident not in found.deleted | found.unsure]
        if own and choice.random() < 0.15:
            ident = choice.choice(own)
            found.unsure.add(ident)
            answer = found.note(client.delete(f"/deployment/{ident}"))
            if answer.status_code == 204:
                found.deleted.add(ident)
            return
        files = {"data": ("p.bpmn", bpmn(f"{into}-{choice.randrange(40)}"))}
        answer = found.note(client.post("/deployment/create", data={"deployment-name": "chaos", "tenant-id": into}, files=files))
        if answer.status_code == 200:
            found.kept[answer.json()["id"]] = into
            if into != tenant:
                found.wrong.append(f"{tenant} deployed into {into}")
        elif answer.status_code == 503:
            time.sleep(0.3)

    def read(self, client: httpx.Client, tenant: str, choice: random.Random) -> None:
        """Read lists; nothing of another tenant may be in them."""
        path = choice.choice(
            ["/process-definition", "/deployment", "/process-definition/statistics", "/event", "/process-definition/count"]
        )
        answer = self.found.note(client.get(path, params={"maxResults": "40"} if path != STATISTICS else {}))
        if answer.status_code != 200 or path.endswith("count") or not tenant:
            time.sleep(0.05)
            return
        for row in answer.json():
            of = row.get("definition", row)["tenantId"]
            if of != tenant:
                self.found.wrong.append(f"{tenant} sees {of} at {path}: {row}")

    def follow(self, client: httpx.Client, _tenant: str, _choice: random.Random) -> None:
        """Follow the events by their numbers."""
        numbers = self.found.numbers
        answer = self.found.note(
            client.get("/event", params={"after": str(numbers[-1] if numbers else 0), "wait": "2", "maxResults": "1000"})
        )
        if answer.status_code == 200:
            numbers += [event["number"] for event in answer.json()]
        else:
            time.sleep(0.3)


def filled(url: str) -> dict[str, str]:
    """The tokens of the users, who are made in the store."""
    store = Store(load({"PROCDEF_DATABASE_URL": url}))
    try:
        store.migrate()
        given = {"admin": roles.bound("admin")}
        for tenant in TENANTS:
            given |= {f"deployer-{tenant}": roles.bound("deployer", (tenant,)), f"reader-{tenant}": roles.bound("reader", (tenant,))}
        for name, role in given.items():
            users.create_user(store, {"id": name.replace("-", "")}, None, role)
        return {name: tokens.create_token(store, name.replace("-", "")) for name in given}
    finally:
        store.close()


@contextmanager
def placed(folder: Path) -> Iterator[tuple[Place, str]]:
    """Everything running, and the URL of the database."""
    programs = find_programs()
    if programs is None or shutil.which("nginx") is None:
        raise SystemExit("chaos needs a PostgreSQL server and nginx.")
    (folder / "postgres").mkdir()
    with running(programs, folder / "postgres") as server, ExitStack() as stack:
        url = server.fresh_database("procdef")
        place = Place(folder, programs, url)
        for host in place.hosts:
            host.start()
        place.start_nginx()
        stack.callback(place.stop)
        yield place, url


def settled(place: Place) -> None:
    """Wait until both hosts answer."""
    for host in place.hosts:
        for _ in range(300):
            with suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{host.port}/readyz", timeout=5).status_code == 200:
                    break
            time.sleep(0.2)
        else:
            raise RuntimeError(f"the host of port {host.port} does not answer")


def check(place: Place, url: str, secret: str, found: Found) -> None:
    """What must be true at the end: nothing acknowledged is lost, and no number of an event is missing or comes twice."""
    with httpx.Client(base_url=place.base, headers={"Authorization": f"Bearer {secret}"}, timeout=60) as client:
        there = {row["id"] for row in client.get("/deployment").json()}
        while rows := client.get("/event", params={"after": str(found.numbers[-1] if found.numbers else 0), "maxResults": "1000"}).json():
            found.numbers += [row["number"] for row in rows]
    lost = found.kept.keys() - found.unsure - there
    found.wrong += [f"lost: deployment {ident}" for ident in sorted(lost)]
    found.wrong += [f"deleted, and there: {ident}" for ident in sorted(found.deleted & there)]
    if found.numbers != list(range(1, len(found.numbers) + 1)):
        found.wrong.append("the numbers of the events have a gap, or come twice")
    with psycopg.connect(url) as store:
        with_events = {row[0] for row in store.execute("SELECT deployment_id_ FROM procdef_event WHERE type_ = 'deployment.created'")}
        known = {row[0] for row in store.execute("SELECT id_ FROM act_re_deployment")}
    found.wrong += [f"without an event: {ident}" for ident in sorted((found.kept.keys() | known) - with_events)]


def chaos(seconds: float, seed: int, folder: Path) -> Found:
    """Run it."""
    found, choice = Found(), random.Random(seed)
    with placed(folder) as (place, url):
        settled(place)
        secrets = filled(url)
        clients = Clients(place.base, secrets, found, seed)
        threads, begun = clients.run(), time.monotonic()
        while time.monotonic() - begun < seconds:
            time.sleep(choice.uniform(*PAUSE))
            found.memory.append((time.monotonic() - begun, max(host.memory() for host in place.hosts)))
            place.kill_one(choice, found)
        settled(place)
        time.sleep(2)
        clients.over.set()
        for thread in threads:
            thread.join()
        check(place, url, secrets["admin"], found)
    return found


def main(words: list[str] | None = None) -> int:
    """Print what was found; 1 if something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="procdef-chaos-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        found = chaos(given.seconds, given.seed, Path(folder))
    shown: dict[str, Any] = {
        "responses": dict(found.statuses),
        "kills": dict(found.kills),
        "acknowledged deployments": len(found.kept),
        "deleted": len(found.deleted),
        "events": len(found.numbers),
        "MB of a host": [round(size / 1e6) for _, size in found.memory],
        "wrong": len(found.wrong),
    }
    for name, value in shown.items():
        print(f"{name}: {value}")
    for line in found.wrong[:20]:
        print(line)
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
