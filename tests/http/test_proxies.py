"""A trusted proxy that names the user of each request in a header."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from werkzeug.test import TestResponse

from procdef.errors import InvalidSetting
from procdef.http import logins
from procdef.http.state import KEY, RequestState
from procdef.settings import load
from procdef.store.identity import roles, tokens, users
from procdef.store.identity.rights import ADMINISTRATORS
from tests.api import Api
from tests.conftest import running_app
from tests.http.test_auth import basic
from tests.samples import bpmn
from tests.servers import procdef as servers
from tests.web.conftest import Browser

PROXY, ELSEWHERE, PASSWORD = "10.0.0.5", "10.0.0.6", "correct horse"
USER, GROUPS = "X-Forwarded-User", "X-Forwarded-Groups"
SETTINGS = {"PROCDEF_AUTH": "proxy,basic,token", "PROCDEF_TRUSTED_PROXIES": f"{PROXY}, fd00::/64", "PROCDEF_PROXY_GROUPS_HEADER": GROUPS}


class Proxied(Browser):
    """An application behind a proxy, whose requests come from an address."""

    def whoami(self, address: str = PROXY, **headers: str) -> str:
        """The user of a request; empty if it has none and is refused."""
        return self.ask("/engine-rest/version", address, **headers).user or ""

    def ask(self, path: str, address: str = PROXY, **headers: str) -> RequestState:
        """The state of a request."""
        state = RequestState()
        answer = self.response(path, address, state, **headers)
        assert (answer.status_code == 401) is (state.user is None)
        return state

    def response(self, path: str, address: str = PROXY, state: Any = None, **headers: str) -> TestResponse:
        place = {"REMOTE_ADDR": address, **({} if state is None else {KEY: state})}
        return self.client.get(path, headers=headers, environ_overrides=place)


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[Proxied]:
    with running_app(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/proxied.db", **SETTINGS})) as app:
        made = Proxied(app)
        users.create_user(made.api.store, {"id": "john"}, PASSWORD)
        yield made


@pytest.mark.parametrize("address", [PROXY, f"::ffff:{PROXY}", "fd00::1", "fd00::1%eth0"])
def test_a_trusted_proxy_names_the_user(proxied: Proxied, address: str) -> None:
    assert proxied.whoami(address, **{USER: "mary.smith@example.org"}) == "mary.smith@example.org"
    assert proxied.whoami(address, **{USER: "m\u00fcller".encode().decode("latin-1")}) == "müller"


@pytest.mark.parametrize("address", [ELSEWHERE, "127.0.0.1", "fd01::1", "", "nonsense"])
def test_nobody_else_names_one(proxied: Proxied, address: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, logins.__name__)
    assert proxied.whoami(address, **{USER: "mary", "X-Forwarded-For": PROXY, "Forwarded": f"for={PROXY}"}) == ""
    assert [record.getMessage() for record in caplog.records] == [
        f"login refused: user -, address {address or '-'}, reason: a user's header that is not of a trusted proxy"
    ]
    assert proxied.whoami(address, Authorization=basic("john", PASSWORD), **{USER: "mary"}) == "john"


@pytest.mark.parametrize("value", ["mary,eve", "mary, eve", "a b", "x" * 65, "\x7f", "\x01", "m\xff", "*", "token:x", "\xe2\x80\xae", ","])
def test_a_value_that_is_not_one_user_id_names_nobody(proxied: Proxied, value: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, logins.__name__)
    assert proxied.whoami(**{USER: value}) == ""
    assert "the user's header of the proxy is not one user id" in caplog.text


def test_without_the_header_the_other_ways_count(proxied: Proxied) -> None:
    assert proxied.whoami() == ""
    assert proxied.whoami(**{USER: ""}) == ""
    assert proxied.whoami(Authorization=basic("john", PASSWORD)) == "john"
    assert proxied.whoami(Authorization=f"Bearer {tokens.create_token(proxied.api.store, 'john')}") == "john"


def test_the_proxy_comes_before_what_the_client_says(proxied: Proxied) -> None:
    assert proxied.whoami(Authorization=basic("john", PASSWORD), **{USER: "mary"}) == "mary"


def test_no_response_is_given_to_another_user(proxied: Proxied) -> None:
    path = "/engine-rest/process-definition"
    tags = {proxied.response(path, **{USER: user}).headers["ETag"] for user in ("mary", "john", "mary", "john")}
    assert len(tags) == 2
    assert [proxied.ask(path, **{USER: user}).user for user in ("mary", "john")] == ["mary", "john"]
    assert [proxied.ask(path, address, **{USER: "mary"}).user for address in (PROXY, ELSEWHERE, PROXY)] == ["mary", None, "mary"]


def test_groups_are_those_of_the_request(proxied: Proxied) -> None:
    path = "/engine-rest/version"
    state = proxied.ask(path, **{USER: "mary", GROUPS: "sales, camunda-admin,,sales"})
    assert (state.groups, state.tenants) == (["camunda-admin", "sales"], ())
    assert proxied.ask(path, ELSEWHERE, **{GROUPS: "sales", "Authorization": basic("john", PASSWORD)}).groups == ()
    assert proxied.response("/engine-rest/group?member=mary", **{USER: "mary", GROUPS: "sales"}).get_json() == []


def test_groups_that_the_proxy_names_give_rights(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/proxied.db"
    with running_app(load({"PROCDEF_DATABASE_URL": url})) as app:
        Api(app).deploy(("a.bpmn", bpmn("a")))
        users.create_user(Api(app).store, {"id": "admin"}, PASSWORD, roles.bound("admin"))
    with running_app(load({"PROCDEF_DATABASE_URL": url, **SETTINGS, "PROCDEF_AUTHORIZATION": "on"})) as app:
        proxied, path = Proxied(app), "/engine-rest/process-definition/count"
        for groups, count in (("", 0), (ADMINISTRATORS, 1), ("sales", 0), (f"sales,{ADMINISTRATORS}", 1), ("", 0)) * 2:
            assert proxied.response(path, **{USER: "mary", GROUPS: groups}).get_json() == {"count": count}, groups


def test_a_person_behind_a_proxy_sees_pages_and_sends_forms(proxied: Proxied) -> None:
    page = proxied.response("/account", **{USER: "mary", "Accept": "text/html"})
    assert (page.status_code, ">mary</a>" in page.text, "Log out" in page.text) == (200, True, False)


def test_a_user_of_the_proxy_alone_has_no_tokens(proxied: Proxied) -> None:
    send = {"environ_overrides": {"REMOTE_ADDR": PROXY}, "json": {}}
    refused = proxied.client.post("/engine-rest/token", headers={USER: "mary"}, **send)
    assert (refused.status_code, refused.get_json()["message"]) == (403, "The user mary is not in the store, so it can have no tokens.")
    assert proxied.client.post("/engine-rest/token", headers={USER: "john"}, **send).status_code == 200


def test_the_page_of_the_login_says_that_the_proxy_does_it(tmp_path: Path) -> None:
    settings = {"PROCDEF_AUTH": "proxy", "PROCDEF_TRUSTED_PROXIES": PROXY}
    with running_app(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/proxied.db", **settings})) as app:
        text = Browser(app).text("/login")
        assert ("The proxy in front of procdef logs you in" in text, "Password" in text, "Token" in text) == (True, False, False)


def test_proxies_that_are_trusted_must_be_named() -> None:
    with pytest.raises(InvalidSetting, match="PROCDEF_TRUSTED_PROXIES must name the proxies"):
        load({"PROCDEF_AUTH": "token,proxy"})


def raw(base: str, *lines: str) -> int:
    """The status of a request with these lines in its head."""
    url = httpx.URL(base)
    with socket.create_connection((url.host, url.port or 80), timeout=30) as client:
        client.sendall(
            "\r\n".join(["GET /engine-rest/version HTTP/1.1", f"Host: {url.host}:{url.port}", *lines, "Connection: close", "", ""]).encode()
        )
        return int(client.recv(100).split()[1])


def test_the_server_reads_the_header_as_the_proxy_sent_it(tmp_path: Path) -> None:
    with servers.procdef(tmp_path, PROCDEF_AUTH="proxy", PROCDEF_TRUSTED_PROXIES="127.0.0.1") as base:
        assert raw(base, f"{USER}: mary") == 200
        assert raw(base, f"{USER.lower()}:mary") == 200
        for lines in (
            ["X_Forwarded_User: mary"],
            ["X-Forwarded_User: mary"],
            [f"{USER}: mary", f"{USER}: eve"],
            [f"{USER}: ", f"{USER}: eve"],
            [f"{USER}: mary eve"],
            [f"{USER}:"],
            [],
        ):
            assert raw(base, *lines) == 401, lines
        assert raw(base, f"{USER} : mary") == 400


@pytest.mark.parametrize(("trusted", "status"), [("unix", 200), ("127.0.0.1", 401)])
def test_a_unix_socket_has_a_word_of_its_own(tmp_path: Path, trusted: str, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    path, port = tmp_path / "procdef.sock", servers.free_port()
    monkeypatch.setattr(servers, "free_port", lambda: port)
    both = f"--bind 127.0.0.1:{port} --bind unix:{path}"
    with servers.procdef(tmp_path, PROCDEF_AUTH="proxy", PROCDEF_TRUSTED_PROXIES=trusted, GUNICORN_CMD_ARGS=both) as base:
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(path))) as client:
            assert client.get(f"{base}/version", headers={USER: "mary"}).status_code == status
        assert (httpx.get(f"{base}/version", headers={USER: "mary"}).status_code == 200) is (trusted != "unix")
