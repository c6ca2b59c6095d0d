"""Hooks: events are sent in their order, at least once, signed, and only to addresses that are allowed."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from procdef.cli import main
from procdef.errors import NO, REFUSED, USAGE, YES, NotFound
from procdef.hooks import addresses, runner
from procdef.hooks.addresses import WrongAddress, place_of
from procdef.hooks.runner import Sender
from procdef.hooks.sending import send
from procdef.hooks.signing import headers
from procdef.store.events import hooks, log
from procdef.store.events.log import NewEvent
from procdef.store.identity import users
from procdef.store.models import Event, Hook
from procdef.store.store import Store
from tests.api import Api
from tests.conftest import ON_SQLITE
from tests.hooks.receiver import Received, receiver
from tests.samples import bpmn
from tests.servers.procdef import process


@pytest.fixture
def received() -> Iterator[Received]:
    with receiver() as found:
        yield found


def add(store: Store, received: Received, types: Sequence[str] = (), keys: Sequence[str] = ()) -> str:
    return hooks.add(store, received.url, types, keys, allows_private=True)[0]


def write(store: Store, number: int, type_: str = "user.created") -> None:
    with store.write() as database:
        log.write(database, [NewEvent(type_, object_id=str(each)) for each in range(number)])


def again_now(store: Store) -> None:
    with store.write() as database:
        Hook.update(due=None).execute(database)


def test_the_signature_is_that_of_standard_webhooks() -> None:
    found = headers("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert found == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_events_are_sent_in_their_order_and_once(store: Store, received: Received, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "BATCH", 4)
    write(store, 3)
    add(store, received)
    write(store, 10)
    sender = Sender(store)
    for _ in range(5):
        sender.run_once()
        Sender(store).run_once()
    assert received.numbers() == list(range(5, 15))
    first = received.events[0]
    assert (first["type"], first["data"]["objectId"], sorted(first)) == ("user.created", "0", ["data", "timestamp", "type"])
    assert len({head["webhook-id"] for head in received.heads}) == 10
    assert {head["Content-Type"] for head in received.heads} == {"application/json"}
    revision = store.everything.revision()
    sender.run_once()
    assert store.everything.revision() == revision


def test_the_signature_of_a_request_is_right(store: Store, received: Received) -> None:
    _, secret = hooks.add(store, received.url, (), (), allows_private=True)
    write(store, 1)
    Sender(store).run_once()
    head = {name.lower(): value for name, value in received.heads[0].items()}
    expected = headers(secret, head["webhook-id"], int(head["webhook-timestamp"]), received.bodies[0])
    assert {name: head[name] for name in expected} == expected


def test_types_and_keys_choose(api: Api, received: Received) -> None:
    add(api.store, received, types=["definition.deployed"], keys=["a", "b"])
    for key in "abc":
        api.deploy((f"{key}.bpmn", bpmn(key)))
    Sender(api.store).run_once()
    assert [event["data"]["processDefinitionKey"] for event in received.events] == ["a", "b"]
    (stored,) = hooks.every(api.store)
    assert stored.position == 7


def test_a_failure_is_tried_again_with_pauses_and_then_parked(store: Store, received: Received) -> None:
    ident = add(store, received)
    write(store, 2)
    received.statuses = [204, 500]
    sender = Sender(store)
    for tries in range(1, hooks.TRIES + 1):
        sender.run_once()
        sender.run_once()  # the pause is not over
        found = hooks.one(store, ident)
        assert (found.tries, found.error, found.parked is not None) == (tries, "The receiver answered 500.", tries == hooks.TRIES)
        again_now(store)
    assert received.numbers() == [2, *[3] * hooks.TRIES]
    assert len({head["webhook-id"] for head in received.heads}) == 2
    sender.run_once()
    assert hooks.parked(store) == 1
    received.statuses = [204]
    hooks.retry(store, ident)
    sender.run_once()
    assert received.numbers()[-1] == 3
    assert (hooks.parked(store), hooks.one(store, ident).error) == (0, None)


@pytest.mark.parametrize(("status", "is_parked"), [(410, True), (404, False), (302, False), (200, None)])
def test_what_the_receiver_answers(store: Store, received: Received, status: int, is_parked: bool | None) -> None:
    ident = add(store, received)
    write(store, 1)
    received.statuses = [status]
    Sender(store).run_once()
    found = hooks.one(store, ident)
    assert (found.parked is not None) is (is_parked is True)
    assert (found.tries == 0) is (is_parked is None)
    assert len(received.bodies) == 1


def test_only_one_process_sends_and_another_goes_on_when_it_was_killed(store: Store, received: Received) -> None:
    ident = add(store, received)
    write(store, 1)
    assert hooks.take(store, hooks.one(store, ident), "killed")
    Sender(store).run_once()
    assert received.bodies == []
    with store.write() as database:
        Hook.update(until="2020-01-01 00:00:00.000").execute(database)
    Sender(store).run_once()
    assert received.numbers() == [2]


def test_a_receiver_that_is_not_there_is_a_failure(store: Store, received: Received) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        ident, _ = hooks.add(store, f"http://127.0.0.1:{other.getsockname()[1]}/", (), (), allows_private=True)
        write(store, 1)
        Sender(store).run_once()
    assert "ConnectError" in str(hooks.one(store, ident).error)
    assert received.bodies == []


def test_hooks_are_events_without_their_path(store: Store, received: Received) -> None:
    ident = add(store, received)
    hooks.remove(store, ident)
    rows = store.read(Event.select(Event.type, Event.object_id, Event.after).order_by(Event.number))
    assert rows == [("hook.created", ident, '{"host":"127.0.0.1"}'), ("hook.deleted", ident, None)]
    for change in (hooks.remove, hooks.retry, hooks.one):
        with pytest.raises(NotFound):
            change(store, ident)


def plain(address: str) -> str:
    return str(ip_address(address))


PRIVATE = (
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255"),
    *("::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "fd00:ec2::254"),
)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused_unless_they_are_allowed(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(addresses, "getaddrinfo", lambda *_args, **_more: [(0, 0, 0, "", (address, 443))])
    with pytest.raises(WrongAddress, match="private network"):
        place_of("https://hooks.example.org/secret", allows_private=False)
    assert place_of("https://hooks.example.org/secret?a=b", allows_private=True)[1:] == (
        "hooks.example.org",
        plain(address),
        443,
        "/secret?a=b",
    )


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_allowed(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(addresses, "getaddrinfo", lambda *_args, **_more: [(0, 0, 0, "", (address, 443))])
    assert place_of("https://hooks.example.org", allows_private=False) == ("https", "hooks.example.org", plain(address), 443, "/")


def test_one_private_address_among_others_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(0, 0, 0, "", ("93.184.216.34", 80)), (0, 0, 0, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(addresses, "getaddrinfo", lambda *_args, **_more: rows)
    with pytest.raises(WrongAddress):
        place_of("http://hooks.example.org", allows_private=False)


@pytest.mark.parametrize(
    "url",
    [
        *("", "x", "ftp://example.org/", "file:///etc/passwd", "http://", "https://user:pw@example.org/", "https://example.org/#f"),
        *("https://example.org:0/", "https://example.org:x/", "https://[::1/", "https://example.org/a b", "https://exämple.org/"),
        f"https://example.org/{'x' * 3000}",
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(WrongAddress):
        place_of(url, allows_private=True)


def test_the_address_is_checked_again_when_it_is_sent(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    ident, _ = hooks.add(store, "http://hooks.example.org/", (), (), allows_private=False)
    monkeypatch.setattr(addresses, "getaddrinfo", lambda *_args, **_more: [(0, 0, 0, "", ("127.0.0.1", 80))])
    failure = send(hooks.one(store, ident), "id", b"{}")
    assert failure is not None
    assert "private network" in failure.text


def test_the_name_stays_in_the_request_to_the_checked_address(store: Store, received: Received, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(received.url.split(":")[2].split("/")[0])
    monkeypatch.setattr(addresses, "getaddrinfo", lambda *_args, **_more: [(0, 0, 0, "", ("127.0.0.1", port))])
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    ident, _ = hooks.add(store, f"http://hooks.example.org:{port}/", (), (), allows_private=True)
    assert send(hooks.one(store, ident), "id", b"{}") is None
    assert received.heads[0]["Host"] == f"hooks.example.org:{port}"


def run(url: str, *words: str) -> Any:
    return CliRunner().invoke(main, ["hook", *words], env={"PROCDEF_DATABASE_URL": url})


def test_the_commands(store: Store, database_url: str, received: Received) -> None:
    done = run(database_url, "add", received.url, "--type", "user.created", "--allow-private")
    assert done.exit_code == YES
    ident, secret = (line.split()[1] for line in done.output.splitlines())
    assert secret.startswith("whsec_")
    users.create_user(store, {"id": "mary"}, None)
    listed = run(database_url, "list").output
    assert [word in listed for word in (ident, "user.created", "well", "path-secret", secret)] == [True, True, True, False, False]
    assert (run(database_url, "test", ident).exit_code, received.events[0]["type"]) == (YES, "hook.test")
    received.statuses = [500]
    assert run(database_url, "test", ident).exit_code == NO
    assert run(database_url, "retry", ident).exit_code == YES
    assert run(database_url, "remove", ident).exit_code == YES
    assert run(database_url, "remove", ident).exit_code == REFUSED


@ON_SQLITE
def test_what_the_commands_refuse(database_url: str, received: Received) -> None:
    assert "private network" in run(database_url, "add", received.url).output
    done = run(database_url, "add", received.url, "--allow-private", "--type", "x")
    assert (done.exit_code, "There is no type 'x'" in done.output) == (USAGE, True)


def test_a_parked_hook_is_shown_to_the_operator(api: Api, received: Received) -> None:
    add(api.store, received)
    write(api.store, 1)
    received.statuses = [410]
    Sender(api.store).run_once()
    ready = api.client.get("/readyz").get_json()
    assert (ready["hooks"], "hooks" in ready["warnings"]) == ({"parked": 1}, True)
    assert "procdef_hooks_parked 1" in api.client.get("/metrics").text


def test_a_server_sends(tmp_path: Path, received: Received) -> None:
    with process(tmp_path) as (base, _):
        url = f"sqlite:///{tmp_path}/procdef.db"
        assert run(url, "add", received.url, "--allow-private", "--type", "group.created").exit_code == YES
        httpx.post(f"{base}/group/create", json={"id": "sales"})
        for _ in range(100):
            if received.bodies:
                break
            time.sleep(0.1)
    assert [event["data"]["objectId"] for event in received.events] == ["sales"]
