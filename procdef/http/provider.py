"""A provider of OpenID Connect that logs users in: in browsers by its own page, and programs by the access tokens that it signs.

The provider's addresses and keys are read when they are needed first, and kept. A key that is not known yet makes procdef read the keys
again, but not more often than every few seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import quote

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.client import OAuth2Client
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import ClaimsOption

from procdef.errors import Unavailable
from procdef.http.attempts import Attempt
from procdef.http.logins import LoginRefused
from procdef.http.proxies import is_user_id
from procdef.settings import Settings
from procdef.store.clock import stamp
from procdef.store.identity.tokens import Owner

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""The signatures that are accepted. None of them works with a secret that both sides know, and none of them is empty."""
TIMEOUT = 5
"""Seconds that the provider may take for an answer."""
PAUSE = 10
"""Seconds after which the keys are read again at the earliest."""
RETRY = 2
"""Seconds for which a provider that does not answer is not asked again, so that requests do not wait for it one after the other."""
LEEWAY = 60
"""Seconds by which the clocks may differ."""
DISCOVERY = "/.well-known/openid-configuration"
MAX_NAMES = 1000
DOWN = "The provider that logs users in cannot be reached; try again."


class Provider:
    """The provider of the settings. Safe to use from several threads."""

    def __init__(self, settings: Settings, redirect_url: str, clock: Callable[[], float] = monotonic) -> None:
        """`redirect_url` is where the provider sends browsers back to; `clock` tells seconds."""
        self._settings, self._redirect_url, self._clock = settings, redirect_url, clock
        self._lock = Lock()
        self._metadata: Mapping[str, Any] | None = None
        self._keys: KeySet | None = None
        self._read_at, self._down_until = float("-inf"), float("-inf")

    def login_url(self, attempt: Attempt) -> str:
        """Where a browser logs in. Raises Unavailable if the provider does not say it."""
        with self._client() as client:
            url, _ = client.create_authorization_url(
                self._address("authorization_endpoint"), state=attempt.state, nonce=attempt.nonce, code_verifier=attempt.verifier
            )
            return str(url)

    def owner_by_code(self, code: str, attempt: Attempt) -> Owner:
        """The user who has logged in, by the code with which the browser came back. Raises LoginRefused and Unavailable."""
        with self._client() as client:
            answer = client.fetch_token(
                self._address("token_endpoint"),
                grant_type="authorization_code",
                code=code,
                code_verifier=attempt.verifier,
                auth=self._auth(),
                **({} if self._is_basic() else self._named()),
            )
            client_id = self._settings.oidc_client_id
            claims = self._claims(str(answer.get("id_token", "")), client_id, nonce=attempt.nonce)
        if claims.get("azp", client_id) != client_id:
            raise LoginRefused("the provider's token is for another client")
        return self._owner(claims, None)

    def owner_of(self, token: str) -> Owner:
        """The user of an access token, and when it expires. Raises LoginRefused and Unavailable."""
        if not self._settings.oidc_audience:
            raise LoginRefused("the provider's tokens are not accepted: PROCDEF_OIDC_AUDIENCE is empty")
        claims = self._claims(token, self._settings.oidc_audience)
        if "at_hash" in claims or claims.get("typ") == "ID":
            raise LoginRefused("the provider's token is one for a browser's login")
        return self._owner(claims, stamp(datetime.fromtimestamp(claims["exp"], UTC)))

    def _claims(self, token: str, audience: str, **more: str) -> Mapping[str, Any]:
        """What a token says, after its signature and its claims were checked; `more` are claims that it must have.

        Raises LoginRefused and Unavailable.
        """
        names = {"iss": self._settings.oidc_issuer, "aud": audience, **more}
        options = {name: ClaimsOption(essential=True, value=value) for name, value in names.items()}
        wanted = jwt.JWTClaimsRegistry(None, LEEWAY, exp=ClaimsOption(essential=True), **options)
        try:
            claims = self._decoded(token)
            wanted.validate(claims)
        except (JoseError, ValueError, TypeError, OverflowError) as error:
            raise LoginRefused(f"the provider's token is not valid: {error}") from error
        return claims

    def _decoded(self, token: str) -> dict[str, Any]:
        keys = self._key_set()
        try:
            return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        except InvalidKeyIdError:
            return jwt.decode(token, self._key_set(after=keys), algorithms=ALGORITHMS).claims

    def _owner(self, claims: Mapping[str, Any], expires: str | None) -> Owner:
        user = claims.get(self._settings.oidc_user_claim)
        if not isinstance(user, str) or not is_user_id(user):
            raise LoginRefused(f"the claim {self._settings.oidc_user_claim} of the provider's token is no user id")
        groups, tenants = (_names(claims, name) for name in (self._settings.oidc_groups_claim, self._settings.oidc_tenants_claim))
        return Owner(user, expires, groups=groups, tenants=tenants)

    def _key_set(self, after: KeySet | None = None) -> KeySet:
        """The provider's keys; other ones than `after`, if they may be read again already."""
        with self._lock:
            if self._keys is None or (self._keys is after and self._clock() - self._read_at >= PAUSE):
                self._read_at = self._clock()
                self._keys = KeySet.import_key_set({"keys": [*_for_signatures(self._read(self._of_metadata("jwks_uri")))]})
            return self._keys

    def _address(self, name: str) -> str:
        with self._lock:
            return self._of_metadata(name)

    def _of_metadata(self, name: str) -> str:
        """An address of the provider, as it says it itself, inside of the lock. Raises Unavailable."""
        if self._metadata is None:
            found = self._read(self._settings.oidc_issuer.rstrip("/") + DISCOVERY)
            if found.get("issuer") != self._settings.oidc_issuer:
                raise Unavailable(DOWN, PAUSE, f"The provider calls itself {found.get('issuer')!r}: set PROCDEF_OIDC_ISSUER to that.")
            self._metadata = found
        if not isinstance(address := self._metadata.get(name), str):
            raise Unavailable(DOWN, PAUSE, f"The provider has no {name}.")
        return address

    def _read(self, url: str) -> dict[str, Any]:
        """The JSON object at a URL, inside of the lock. Raises Unavailable, at once if the provider did not answer a moment ago."""
        if self._clock() < self._down_until:
            raise Unavailable(DOWN, RETRY)
        try:
            return _read(url)
        except Unavailable:
            self._down_until = self._clock() + RETRY
            raise

    @contextmanager
    def _client(self) -> Iterator[OAuth2Client]:
        """What speaks to the provider. Raises LoginRefused for what the provider refuses, and Unavailable."""
        with httpx.Client(timeout=TIMEOUT, event_hooks={"response": [_check]}) as session:
            settings = self._settings
            try:
                yield OAuth2Client(
                    session,
                    settings.oidc_client_id,
                    scope=settings.oidc_scopes,
                    redirect_uri=self._redirect_url,
                    code_challenge_method="S256",
                )
            except httpx.HTTPError as error:
                raise Unavailable(DOWN, PAUSE, str(error)) from error
            except AuthlibBaseError as error:
                raise LoginRefused(f"the provider refused the code: {error}") from error

    def _is_basic(self) -> bool:
        """Whether procdef names itself in a header; else it does so in the body, as it must where it has no secret."""
        with self._lock:
            ways = (self._metadata or {}).get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return bool(self._settings.oidc_client_secret) and "client_secret_basic" in ways

    def _auth(self) -> Any:
        """The header of a request for a token; none where procdef names itself in the body."""
        named = self._named()
        return tuple(quote(value, safe="") for value in named.values()) if self._is_basic() else lambda request: request

    def _named(self) -> dict[str, str]:
        secret = self._settings.oidc_client_secret
        return {"client_id": self._settings.oidc_client_id, **({"client_secret": secret} if secret else {})}


def _check(response: httpx.Response) -> None:
    """Raises HTTPStatusError for what is a mistake of the provider; others say in their body what is wrong."""
    if response.is_server_error:
        response.raise_for_status()


def _read(url: str) -> dict[str, Any]:
    """The JSON object at a URL. Raises Unavailable."""
    try:
        response = httpx.get(url, timeout=TIMEOUT)
        response.raise_for_status()
        found = response.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise Unavailable(DOWN, PAUSE, f"{url}: {error}") from error
    if not isinstance(found, dict):
        raise Unavailable(DOWN, PAUSE, f"{url} is no JSON object.")
    return found


def _for_signatures(found: Mapping[str, Any]) -> Iterator[Any]:
    """The keys that sign. A provider may have keys of kinds that are not known, or for something else."""
    for key in found.get("keys", []):
        if isinstance(key, dict) and key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig":
            yield key


def _names(claims: Mapping[str, Any], path: str) -> Sequence[str]:
    """The strings of a claim; of one in another one for a path with points. A string alone is one name."""
    if not path:
        return ()
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    names = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return sorted({name for name in names if isinstance(name, str) and name and name.isprintable()})[:MAX_NAMES]
