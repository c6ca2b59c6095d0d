"""Logins by a provider of OpenID Connect: the access tokens of programs, and the pages of people."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from procdef.errors import InvalidSetting
from procdef.http import attempts, logins
from procdef.http.auth import PROVIDER
from procdef.http.state import KEY, RequestState
from procdef.settings import load
from procdef.store.identity import tokens, users
from procdef.store.models import Session
from tests.api import Api
from tests.conftest import running_app
from tests.http.provider import AUDIENCE, CLIENT, FakeProvider, running, settings_for
from tests.http.test_auth import basic
from tests.web.test_login import Guarded

PASSWORD = "correct horse"
SHUT_OUT = "The login at the provider did not work."
Change = Callable[[FakeProvider], object]


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with running() as found:
        yield found


@pytest.fixture
def app(provider: FakeProvider, tmp_path: Path) -> Iterator[Flask]:
    with running_app(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/oidc.db", **settings_for(provider)})) as made:
        users.create_user(Api(made).store, {"id": "john"}, PASSWORD)
        yield made


def ask(app: Flask, token: str) -> tuple[int, RequestState]:
    state = RequestState()
    headers = {"Authorization": token if " " in token else f"Bearer {token}"}
    return app.test_client().get("/engine-rest/version", headers=headers, environ_overrides={KEY: state}).status_code, state


def test_an_access_token_is_of_its_user(app: Flask, provider: FakeProvider) -> None:
    status, state = ask(app, provider.token())
    assert (status, state.user, state.groups, state.tenants) == (200, "mary", ["camunda-admin", "sales"], ["north"])
    assert str(state.valid_until) > time.strftime("%Y-%m-%d %H:%M", time.gmtime())
    assert ask(app, provider.token(aud=["other", AUDIENCE]))[0] == 200
    assert provider.asked == ["/.well-known/openid-configuration", "/jwks_uri"]


REFUSED: dict[str, Callable[[FakeProvider], str]] = {
    "expired": lambda provider: provider.token(exp=int(time.time()) - 120),
    "never expires": lambda provider: provider.token(exp=None),
    "no number": lambda provider: provider.token(exp="soon"),
    "not yet": lambda provider: provider.token(nbf=int(time.time()) + 600),
    "wrong audience": lambda provider: provider.token(aud="other"),
    "no audience": lambda provider: provider.token(aud=None),
    "for the page": lambda provider: provider.token(aud=CLIENT),
    "a login's token": lambda provider: provider.token(at_hash="x"),
    "a login's token, as some call it": lambda provider: provider.token(typ="ID"),
    "wrong issuer": lambda provider: provider.token(iss="http://evil.example"),
    "no issuer": lambda provider: provider.token(iss=None),
    "no user": lambda provider: provider.token(preferred_username=None),
    "user is no text": lambda provider: provider.token(preferred_username=["mary"]),
    "user is empty": lambda provider: provider.token(preferred_username=""),
    "user with a blank": lambda provider: provider.token(preferred_username="mary smith"),
    "user is everybody": lambda provider: provider.token(preferred_username="*"),
    "long user": lambda provider: provider.token(preferred_username="m" * 65),
    "changed": lambda provider: provider.token()[:-6] + "AAAAAA",
    "without signature": lambda provider: provider.token().rpartition(".")[0] + ".",
    "points alone": lambda _: "..",
    "no JSON": lambda _: "a.b.c",
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_token_that_is_not_right_is_refused(app: Flask, provider: FakeProvider, case: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, logins.__name__)
    status, state = ask(app, REFUSED[case](provider))
    assert (status, state.user, caplog.text.count("login refused: user -")) == (401, None, 1)


SIGNED: dict[str, dict[str, Any]] = {
    "with the secret": {"alg": "HS256"},
    "with another key": {"alg": "ES256"},
    "with an unknown key": {"kid": "nope"},
}


@pytest.mark.parametrize("case", SIGNED)
def test_a_token_that_is_signed_in_another_way_is_refused(app: Flask, provider: FakeProvider, case: str) -> None:
    provider.header = SIGNED[case]
    assert ask(app, provider.token())[0] == 401


def test_a_token_without_a_signature_is_refused(app: Flask, provider: FakeProvider) -> None:
    _, claims, signature = provider.token().split(".")
    for head in ("eyJhbGciOiJub25lIn0", "eyJhbGciOiJOT05FIn0"):  # {"alg":"none"}, {"alg":"NONE"}
        assert [ask(app, f"{head}.{claims}.{end}")[0] for end in ("", signature)] == [401, 401]


def test_without_an_audience_no_program_logs_in(provider: FakeProvider, tmp_path: Path) -> None:
    settings = {**settings_for(provider), "PROCDEF_OIDC_AUDIENCE": "", "PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/oidc.db"}
    with running_app(load(settings)) as app:
        assert [ask(app, provider.token(aud=audience))[0] for audience in ("", CLIENT, AUDIENCE)] == [401] * 3


def test_own_tokens_and_passwords_count_beside_it(app: Flask, provider: FakeProvider) -> None:
    token = tokens.create_token(Api(app).store, "john")
    assert [ask(app, value)[1].user for value in (token, basic("john", PASSWORD), provider.token())] == ["john", "john", "mary"]


def test_a_new_key_is_read_but_not_for_each_token(app: Flask, provider: FakeProvider) -> None:
    assert ask(app, provider.token())[0] == 200
    provider.rotate()
    assert ask(app, provider.token())[0] == 401
    app.extensions[PROVIDER]._clock = lambda: time.monotonic() + 60
    assert ask(app, provider.token())[0] == 200
    provider.header = {"kid": "nope"}
    assert [ask(app, provider.token())[0] for _ in range(3)] == [401] * 3
    assert provider.asked.count("/jwks_uri") == 2


def test_while_the_provider_is_down_programs_get_503_and_others_go_on(app: Flask, provider: FakeProvider) -> None:
    provider.is_down = True
    assert [ask(app, provider.token())[0] for _ in range(3)] == [503] * 3
    assert len(provider.asked) == 1
    assert ask(app, basic("john", PASSWORD))[0] == 200
    provider.is_down = False
    app.extensions[PROVIDER]._clock = lambda: time.monotonic() + 60
    assert ask(app, provider.token())[0] == 200
    provider.is_down = True
    assert ask(app, provider.token())[0] == 200


def test_a_provider_that_calls_itself_otherwise_is_not_believed(app: Flask, provider: FakeProvider) -> None:
    provider.calls_itself = "http://evil.example"
    assert ask(app, provider.token(iss="http://evil.example"))[0] == 503


def test_a_response_is_of_one_token(app: Flask, provider: FakeProvider) -> None:
    path, client = "/engine-rest/process-definition", app.test_client()
    tags = {
        client.get(path, headers={"Authorization": f"Bearer {provider.token(preferred_username=user)}"}).headers["ETag"]
        for user in ("mary", "anna", "mary")
    }
    assert len(tags) == 2


class Person(Guarded):
    """A browser that logs in at the provider."""

    def begin(self, target: str = "/definitions") -> str:
        """Where the provider sends the browser back to, as a path."""
        begun = self.open(f"/login/provider?next={target}")
        assert begun.status_code == 303, begun.text
        back = httpx.post(begun.headers["Location"])
        return back.headers["Location"].removeprefix("http://127.0.0.1:8080")

    def log_in_there(self, target: str = "/definitions") -> TestResponse:
        return self.open(self.begin(target))


def sessions_of(app: Flask) -> int:
    return len(Api(app).store.read(Session.select(Session.hash)))


def test_a_person_logs_in_at_the_provider(app: Flask) -> None:
    person = Person(app)
    assert "Log in with your company" in person.text("/login?next=/incidents")
    done = person.log_in_there("/incidents?a=%22%3E")
    assert done.status_code == 200
    assert 'content="0; url=/incidents?a=&#34;&gt;"' in done.text
    assert ">mary</a>" in person.text("/definitions")
    assert person.cookie("procdef-login") == ""
    state = RequestState()
    person.client.get("/engine-rest/version", environ_overrides={KEY: state})
    assert (state.user, state.groups, state.tenants, state.token) == ("mary", ["camunda-admin", "sales"], ["north"], None)
    assert "You have no tokens." in person.text("/account")


def test_the_cookie_of_the_login_is_for_the_way_back_alone(app: Flask) -> None:
    begun = Person(app).open("/login/provider")
    (header,) = begun.headers.getlist("Set-Cookie")
    assert header.startswith("procdef-login=")
    assert header.split("; ")[2:] == ["Max-Age=600", "HttpOnly", "Path=/", "SameSite=Lax"]
    assert "code_challenge_method=S256" in begun.headers["Location"]


def test_logins_in_two_tabs_do_not_disturb_each_other(app: Flask) -> None:
    person = Person(app)
    first, second = person.begin("/incidents"), person.begin("/used")
    assert "url=/used" in person.open(second).text
    person = Person(app)
    first, second = person.begin("/incidents"), person.begin("/used")
    assert "url=/incidents" in person.open(first).text


def claim(**claims: Any) -> Change:
    return lambda provider: provider.claims.update(claims)


WRONG: dict[str, Change] = {
    "wrong nonce": claim(nonce="other"),
    "no nonce": claim(nonce=None),
    "wrong audience": claim(aud="other"),
    "for another client": claim(aud=[CLIENT, "other"], azp="other"),
    "expired": claim(exp=1),
    "wrong issuer": claim(iss="http://evil.example"),
    "no user": claim(preferred_username=None),
    "with the secret": lambda provider: provider.header.update(alg="HS256"),
    "unknown key": lambda provider: provider.header.update(kid="nope"),
    "refused": lambda provider: provider.error.update(error="access_denied"),
    "code is gone": lambda provider: setattr(provider, "codes", Forgetful()),
}


class Forgetful(dict[str, Any]):
    """Has what is put into it no more."""

    def __setitem__(self, key: str, value: Any) -> None:
        """Forget it."""


@pytest.mark.parametrize("case", WRONG)
def test_a_login_that_is_not_right_is_refused_with_a_sentence(
    app: Flask, provider: FakeProvider, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logins.__name__)
    WRONG[case](provider)
    answer = Person(app).log_in_there()
    assert (answer.status_code, SHUT_OUT in answer.text, sessions_of(app)) == (403, True, 0)
    assert caplog.text.count("login refused: user -") == 1


def test_a_code_counts_once(app: Flask) -> None:
    person = Person(app)
    back = person.begin()
    cookie = person.cookie("procdef-login")
    assert person.open(back).status_code == 200
    person.client.set_cookie("procdef-login", cookie)
    assert person.open(back).status_code == 403


@pytest.mark.parametrize(
    "change", [lambda _: "", lambda url: url[:-1] + "x", lambda url: url.split("state=")[0], lambda _: "state=%00.ä.a&code=x"]
)
def test_a_wrong_state_is_refused(app: Flask, change: Callable[[str], str]) -> None:
    person = Person(app)
    path, _, query = person.begin().partition("?")
    assert person.open(f"{path}?{change(query)}").status_code == 403
    assert sessions_of(app) == 0


def test_a_login_of_another_browser_is_refused(app: Flask) -> None:
    back, other = Person(app).begin(), Person(app)
    assert other.open(back).status_code == 403
    other.begin()
    assert other.open(back).status_code == 403


def test_a_login_may_not_take_too_long(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    person = Person(app)
    back = person.begin()
    monkeypatch.setattr(attempts, "time", lambda: time.time() + attempts.LENGTH + 2)
    assert person.open(back).status_code == 403


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil", "/" + "x" * 3000])
def test_a_login_leads_to_no_other_server(app: Flask, target: str) -> None:
    assert "url=/definitions?latestVersion" in Person(app).log_in_there(target).text


def test_a_page_says_that_the_provider_is_down(app: Flask, provider: FakeProvider) -> None:
    provider.is_down = True
    answer = Person(app).open("/login/provider?next=/incidents")
    assert (answer.status_code, "cannot be reached" in answer.text, "Retry-After" in answer.headers) == (503, True, True)
    provider.is_down = False
    app.extensions[PROVIDER]._clock = lambda: time.monotonic() + 60
    person = Person(app)
    back = person.begin()
    provider.is_down = True
    assert person.open(back).status_code == 503


def test_a_provider_may_want_the_secret_in_the_body(app: Flask, provider: FakeProvider) -> None:
    provider.ways = ["client_secret_post"]
    assert Person(app).log_in_there().status_code == 200


def test_groups_of_a_nested_claim(provider: FakeProvider, tmp_path: Path) -> None:
    provider.claims["realm_access"] = {"roles": ["b", "a", "a", "", 1, "\n"]}
    more = {"PROCDEF_OIDC_GROUPS_CLAIM": "realm_access.roles", "PROCDEF_OIDC_TENANTS_CLAIM": "a.b.c"}
    with running_app(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/oidc.db", **settings_for(provider), **more})) as app:
        _, state = ask(app, provider.token())
        assert (state.groups, state.tenants) == (["a", "b"], [])


def test_without_a_provider_there_is_none_of_it(tmp_path: Path) -> None:
    with running_app(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/oidc.db", "PROCDEF_AUTH": "basic"})) as app:
        person = Guarded(app)
        assert [person.open(path).status_code for path in ("/login/provider", "/login/provider/back")] == [404, 404]
        assert "Log in with" not in person.text("/login")


@pytest.mark.parametrize("missing", ["PROCDEF_OIDC_ISSUER", "PROCDEF_OIDC_CLIENT_ID"])
def test_a_provider_must_be_named(provider: FakeProvider, missing: str) -> None:
    with pytest.raises(InvalidSetting, match="PROCDEF_OIDC_ISSUER and PROCDEF_OIDC_CLIENT_ID must be set"):
        load({**settings_for(provider), missing: ""})
