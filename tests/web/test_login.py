"""The login of browsers: the session's cookie, what protects forms, and where a session counts."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from procdef.settings import load
from procdef.store.identity import sessions, tokens, users
from procdef.store.models import Session
from procdef.web import commands, links
from procdef.web.links import LATEST
from tests.conftest import BOTH, make_database, running_app
from tests.samples import bpmn
from tests.web.conftest import HTML, Browser

PASSWORD = "correct horse"
LIST = "/definitions"


class Guarded(Browser):
    """The pages where a login is needed."""

    def form(self, url: str) -> dict[str, str]:
        """The hidden fields of a page's forms."""
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', self.text(url))
        return {name: unescape(value) for name, value in found}

    def log_in(self, target: str = LIST, **fields: str) -> TestResponse:
        given = {"user": "mary", "password": PASSWORD, **fields}
        return self.client.post("/login", data={**self.form(f"/login?next={target}"), **given})

    def cookie(self, name: str = "procdef-session") -> str:
        found = self.client.get_cookie(name)
        return "" if found is None else found.value


@contextmanager
def guarded(url: str, **settings: str) -> Iterator[Guarded]:
    with running_app(load({"PROCDEF_DATABASE_URL": url, "PROCDEF_AUTH": "basic,token", **settings})) as app:
        made = Guarded(app)
        users.create_user(made.api.store, {"id": "mary"}, PASSWORD)
        yield made


@pytest.fixture(params=BOTH)
def mary(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Guarded]:
    with guarded(make_database(request, tmp_path, "procdef_login")) as made:
        yield made


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Guarded]:
    """As `mary`, on SQLite alone."""
    with guarded(f"sqlite:///{tmp_path}/login.db") as made:
        yield made


def test_a_browser_logs_in_and_out(mary: Guarded) -> None:
    answer = mary.open("/definitions?keyLike=a%25&latest=true")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=%2Fdefinitions%3FkeyLike%3Da%2525%26latest%3Dtrue")
    answer = mary.log_in()
    assert (answer.status_code, answer.headers["Location"]) == (303, LIST)
    assert ">mary</a>" in mary.text(LIST)
    before = mary.cookie()
    out = mary.client.post("/logout", data=mary.form(LIST))
    assert (out.status_code, out.headers["Location"], out.headers["Clear-Site-Data"]) == (303, "/login", '"cache"')
    mary.client.set_cookie("procdef-session", before)
    assert mary.open(LIST).status_code == 303
    assert mary.api.store.read(Session.select(Session.hash)) == []


def test_the_cookie_is_for_this_server_and_no_script(other: Guarded) -> None:
    (header,) = [text for text in other.log_in().headers.getlist("Set-Cookie") if text.startswith("procdef-session=")]
    assert header.split("; ")[1:] == ["HttpOnly", "Path=/", "SameSite=Strict"]
    assert other.cookie() not in str(other.api.store.read(Session.select(Session.hash)))


def test_behind_tls_the_cookie_is_secure(tmp_path: Path) -> None:
    with guarded(f"sqlite:///{tmp_path}/login.db", PROCDEF_PUBLIC_URL="https://procdef.example.org") as made:
        page = made.client.get("/login", base_url="https://procdef.example.org", headers={"Accept": "text/html"})
        assert page.headers["Set-Cookie"].startswith("__Host-procdef-forms=")
        assert page.headers["Set-Cookie"].split("; ")[1:] == ["Secure", "HttpOnly", "Path=/", "SameSite=Strict"]


@pytest.mark.parametrize("fields", [{"password": "wrong"}, {"user": "nobody"}, {"user": "", "password": ""}])
def test_a_wrong_password_is_said_and_nothing_more(other: Guarded, fields: dict[str, str]) -> None:
    answer = other.log_in(**fields)
    assert (answer.status_code, other.cookie()) == (403, "")
    assert "Nobody has this user id with this password." in answer.text
    assert PASSWORD not in answer.text


def test_who_tries_too_often_is_told_when_to_come_again(other: Guarded) -> None:
    answers = [other.log_in(password=f"wrong {number}") for number in range(4)]
    assert [answer.status_code for answer in answers] == [403, 403, 403, 429]
    assert answers[-1].headers["Retry-After"] == "1"
    assert 'value="mary"' in answers[-1].text


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example", ""]
)
def test_a_login_leads_to_no_other_server(other: Guarded, target: str) -> None:
    answer = other.client.post("/login", data={**other.form("/login"), "user": "mary", "password": PASSWORD, "next": target})
    assert answer.headers["Location"] == links.LATEST


def test_a_login_ends_the_session_before_it(mary: Guarded) -> None:
    mary.log_in()
    before = mary.cookie()
    mary.log_in()
    after = mary.cookie()
    mary.client.set_cookie("procdef-session", before)
    assert (before != after, mary.open(LIST).status_code) == (True, 303)
    mary.client.set_cookie("procdef-session", after)
    assert mary.open(LIST).status_code == 200


def test_a_session_ends_with_a_new_password(mary: Guarded) -> None:
    mary.log_in()
    assert mary.open(LIST).status_code == 200
    users.set_password(mary.api.store, "mary", "another one")
    assert mary.open(LIST).status_code == 303


def test_a_session_ends_with_the_user(mary: Guarded) -> None:
    mary.log_in()
    users.delete_user(mary.api.store, "mary")
    assert mary.open(LIST).status_code == 303


def test_a_session_ends_by_itself_and_is_removed_with_the_next_login(mary: Guarded) -> None:
    mary.log_in()
    with mary.api.store.write() as database:
        Session.update(expires="2020-01-01 00:00:00.000").execute(database)
    assert mary.open(LIST).status_code == 303
    mary.log_in()
    assert len(mary.api.store.read(Session.select(Session.hash))) == 1


def test_a_cached_page_does_not_outlive_the_session(other: Guarded) -> None:
    other.log_in()
    for _ in range(3):
        assert other.open(LIST).status_code == 200
    other.client.post("/logout", data=other.form(LIST))
    assert other.open(LIST).status_code == 303


def test_a_session_reads_the_api_and_changes_nothing_there(other: Guarded) -> None:
    other.log_in()
    assert other.client.get("/engine-rest/process-definition").status_code == 200
    assert other.client.delete("/engine-rest/user/mary").status_code == 401
    assert other.client.post("/engine-rest/group/create", json={"id": "g"}).status_code == 401


def test_other_clients_get_401_and_scripts_of_a_page_no_dialog(other: Guarded) -> None:
    plain = other.client.get(LIST)
    assert (plain.status_code, len(plain.headers.getlist("WWW-Authenticate"))) == (401, 2)
    script = other.client.get(LIST, headers={"Sec-Fetch-Mode": "cors"})
    assert (script.status_code, script.headers.getlist("WWW-Authenticate")) == (401, ["Session"])
    basic = "Basic " + b64encode(f"mary:{PASSWORD}".encode()).decode()
    assert other.client.get(LIST, headers={"Authorization": basic}).status_code == 200


def forged(other: Guarded) -> list[dict[str, Any]]:
    """Forms that another page could make a browser send, and those of another session."""
    fields = other.form(LIST)
    return [
        {"data": {}},
        {"data": {**fields, "procdef-token": "x"}},
        {"data": {**fields, "procdef-token": "ä"}},
        {"data": fields, "headers": {"Sec-Fetch-Site": "cross-site"}},
        {"data": fields, "headers": {"Sec-Fetch-Site": "same-site"}},
        {"data": fields, "headers": {"Origin": "http://evil.example"}},
        {"data": b"", "content_type": "text/plain"},
    ]


def test_a_forged_form_does_nothing(other: Guarded) -> None:
    other.log_in()
    old = other.form(LIST)
    other.log_in()
    for case in [*forged(other), {"data": old}]:
        answer = other.client.post("/logout", **case)
        assert (answer.status_code, answer.content_type) == (403, "text/html; charset=utf-8"), case
    assert other.open(LIST).status_code == 200


def test_a_form_survives_the_end_of_its_session(other: Guarded) -> None:
    other.log_in()
    old = {**other.form(LIST), "note": "<entered>"}
    users.set_password(other.api.store, "mary", PASSWORD)
    ended = other.client.post("/logout", data=old, headers=HTML)
    assert (ended.status_code, ended.headers["WWW-Authenticate"]) == (401, "Session")
    assert "Your session has ended" in ended.text
    other.log_in()
    again = other.client.post("/logout", data=old, headers={**HTML, "Sec-Fetch-Site": "same-origin"})
    assert again.status_code == 403
    assert 'name="note" value="&lt;entered&gt;"' in again.text
    token = re.findall(r'name="procdef-token" value="([^"]+)"', again.text)[-1]
    assert other.client.post("/logout", data={"procdef-token": token}).status_code == 303


@pytest.mark.parametrize("are_chosen", [False, True])
def test_a_form_that_is_sent_once_more_has_the_files_that_the_page_kept(other: Guarded, are_chosen: bool) -> None:
    """Files that were chosen since then are lost, so those before them do not take their place."""
    other.log_in()
    kept = {"kept-name": "a.bpmn", "kept-data": b64encode(bpmn("a")).decode()}
    old = {**kept, "procdef-token": "stale", "file": [(BytesIO(bpmn("b")), "b.bpmn")] if are_chosen else []}
    of_form: Mapping[str, Any] = {"headers": {**HTML, "Sec-Fetch-Site": "same-origin"}, "content_type": "multipart/form-data"}
    stale = other.client.post("/deploy", data=old, **of_form)
    said = "files must be chosen again" if are_chosen else "What you have entered is still here, with the files."
    assert (stale.status_code, said in stale.text, "multipart" in stale.text) == (403, True, True)
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', stale.text.partition("<section")[2]))
    again = other.client.post("/deploy", data=fields, **of_form)
    assert again.status_code == (400 if are_chosen else 303)
    assert ("Choose at least one file" in again.text) is are_chosen


def test_a_page_repeats_no_password(other: Guarded) -> None:
    other.log_in()
    fields = {"procdef-token": "stale", "user": "mary", "password": "typed-by-somebody"}
    answer = other.client.post("/logout", data=fields, headers={**HTML, "Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, "typed-by-somebody" in answer.text) == (403, False)


def test_with_tokens_alone_a_token_logs_in(tmp_path: Path) -> None:
    with guarded(f"sqlite:///{tmp_path}/login.db", PROCDEF_AUTH="token") as made:
        token = tokens.create_token(made.api.store, "mary")
        assert "does not exist" in made.client.post("/login", data={**made.form("/login"), "token": "procdef_x"}).text
        assert made.log_in(token=token).status_code == 303
        assert made.open(LIST).status_code == 200


def test_a_session_does_not_outlive_its_token(other: Guarded) -> None:
    secret = sessions.begin(other.api.store, tokens.Owner("mary", "2020-01-01 00:00:00.000"))
    assert sessions.owner_of(other.api.store, secret) is None


@pytest.mark.parametrize(("setting", "arguments"), [("basic,token", "-u mary "), ("basic", "-u mary "), ("token", commands.TOKEN)])
def test_the_commands_that_pages_show_log_in(tmp_path: Path, setting: str, arguments: str) -> None:
    with guarded(f"sqlite:///{tmp_path}/login.db", PROCDEF_AUTH=setting) as made:
        made.log_in(token=tokens.create_token(made.api.store, "mary"))
        for path in (LIST, "/processes", "/docs/api/camunda/listDefinitions"):
            found = re.findall(r"curl[^<]*", unescape(made.text(path)))
            assert found, path
            assert all(arguments in one for one in found), found


def test_who_has_no_user_id_is_told_how_one_is_made(tmp_path: Path) -> None:
    for setting, command in (("basic", "procdef user add NAME"), ("token", "procdef token add USER")):
        with guarded(f"sqlite:///{tmp_path}/{setting}.db", PROCDEF_AUTH=setting) as made:
            assert command in made.text("/login")


def test_without_a_login_there_is_none_of_it(browser: Browser) -> None:
    assert browser.open("/login").status_code == 404
    assert browser.open("/logout").status_code == 405
    answer = browser.open("/incidents")
    assert "Log out" not in answer.text
    assert "Set-Cookie" not in answer.headers
    token = re.findall(r'name="procdef-token" value="([^"]+)"', browser.text("/deploy"))[-1]
    refused = browser.client.post("/logout", data={"procdef-token": "x"}, headers=HTML)
    assert (refused.status_code, "login" in refused.text, "the browser was closed" in refused.text) == (403, False, True)
    out = browser.client.post("/logout", data={"procdef-token": token}, headers=HTML)
    assert (out.status_code, out.headers["Location"]) == (303, LATEST)
