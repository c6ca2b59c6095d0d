"""A provider of OpenID Connect for tests: a small server that logs everybody in as the user whom the test names."""

from __future__ import annotations

import secrets
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET, AUDIENCE = "procdef", "a secret/with=signs", "procdef-api"


class FakeProvider:
    """What the provider says; a test changes it. `claims` are added to every token, None removes one."""

    def __init__(self) -> None:
        self.issuer = ""
        self.calls_itself: str | None = None
        self.is_down = False
        self.claims: dict[str, Any] = {"preferred_username": "mary", "groups": ["sales", "camunda-admin"], "tenant": "north"}
        self.header: dict[str, Any] = {}
        self.ways = ["client_secret_basic", "client_secret_post"]
        self.error: dict[str, str] = {}
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.rotate()

    def rotate(self) -> None:
        """Sign with a new key from now on."""
        self.keys = KeySet([RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})])
        self.others: list[dict[str, Any]] = [{"kty": "unknown", "kid": "x"}, {"kty": "RSA", "use": "enc", "kid": "y"}]

    def token(self, **claims: Any) -> str:
        """A token that is signed with the key of now."""
        now = int(time.time())
        given = {"iss": self.issuer, "sub": "id-of-mary", "iat": now, "exp": now + 300, "aud": AUDIENCE, **self.claims, **claims}
        header = {"alg": "RS256", "kid": self.keys.keys[0].kid, **self.header}
        key: Any = {"HS256": OctKey.import_key(SECRET), "ES256": ECKey.generate_key("P-256")}.get(header["alg"], self.keys.keys[0])
        kept = {name: value for name, value in given.items() if value is not None}
        return jwt.encode(
            {name: value for name, value in header.items() if value is not None}, kept, key, algorithms=["RS256", "HS256", "ES256"]
        )

    def metadata(self) -> dict[str, Any]:
        addresses = {name: f"{self.issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        return {"issuer": self.calls_itself or self.issuer, **addresses, "token_endpoint_auth_methods_supported": self.ways}

    def back(self) -> Response:
        """Lead the browser back with a code, or with an error."""
        given = request.args.to_dict()
        code = secrets.token_hex(8)
        self.codes[code] = given
        answer = {**(self.error or {"code": code}), "state": given["state"]}
        return redirect(f"{given['redirect_uri']}?{urlencode(answer)}")  # type: ignore[return-value]

    def exchange(self) -> tuple[Response, int]:
        """A token for a code, which counts once, and only with its verifier and the secret of the client."""
        form, asked = request.form, self.codes.pop(request.form["code"], None)
        header = b64decode(request.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        named = header or f"{form.get('client_id')}:{form.get('client_secret')}"
        if named not in (f"{CLIENT}:a%20secret%2Fwith%3Dsigns", f"{CLIENT}:{SECRET}"):
            return jsonify(error="invalid_client"), 401
        if asked is None or asked["code_challenge"] != create_s256_code_challenge(form["code_verifier"]):
            return jsonify(error="invalid_grant", error_description="the code is wrong"), 400
        token = self.token(**{"aud": CLIENT, "nonce": asked["nonce"], "at_hash": "x", **self.claims})
        return jsonify(access_token="x", token_type="Bearer", expires_in=300, id_token=token), 200


def application(provider: FakeProvider) -> Flask:
    """The provider as an application."""
    app = Flask("provider")

    @app.before_request
    def _answers() -> tuple[str, int] | None:
        provider.asked.append(request.path)
        return ("out of order", 502) if provider.is_down else None

    app.add_url_rule("/.well-known/openid-configuration", "metadata", lambda: provider.metadata())
    app.add_url_rule("/jwks_uri", "keys", lambda: {"keys": [*provider.keys.as_dict()["keys"], *provider.others]})
    page = '<form method="post"><button>Let me in</button></form>'
    app.add_url_rule("/authorization_endpoint", "ask", lambda: page)
    app.add_url_rule("/authorization_endpoint", "back", provider.back, methods=["POST"])
    app.add_url_rule("/token_endpoint", "token", provider.exchange, methods=["POST"])
    return app


@contextmanager
def running() -> Iterator[FakeProvider]:
    """A provider on a free port."""
    provider = FakeProvider()
    server = make_server("127.0.0.1", 0, application(provider), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def settings_for(provider: FakeProvider) -> dict[str, str]:
    """The settings of a procdef that this provider logs users in to."""
    return {
        "PROCDEF_AUTH": "oidc,basic,token",
        "PROCDEF_OIDC_ISSUER": provider.issuer,
        "PROCDEF_OIDC_CLIENT_ID": CLIENT,
        "PROCDEF_OIDC_CLIENT_SECRET": SECRET,
        "PROCDEF_OIDC_AUDIENCE": AUDIENCE,
        "PROCDEF_OIDC_USER_CLAIM": "preferred_username",
        "PROCDEF_OIDC_GROUPS_CLAIM": "groups",
        "PROCDEF_OIDC_TENANTS_CLAIM": "tenant",
    }
