"""Sends requests, repeats reads while the server is busy, and turns what goes wrong into errors that say what to do."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from typing import Any

import httpx

from procdef.client.errors import Refused, Unreachable, WrongConfiguration
from procdef.client.many_reads import ManyReads
from procdef.client.secrets import Credentials, credentials
from procdef.client.target import REST_PATH, Target
from procdef.common.metadata import version

SECONDS = 30.0
"""How long a request may take if nothing else is said."""
FEW = 20
"""How many contents are read by httpx alone. Further connections are not worth their cost for so few."""
PAUSES = (0.2, 0.5, 1.0)
"""Seconds before a read is sent again after 503, once for each entry."""
LONGEST_PAUSE = 5.0
"""Seconds that the server's `Retry-After` is obeyed at most."""
IN_PROCESS = f"http://127.0.0.1{REST_PATH}"
"""The address of the store of the settings, which answers in this process."""
ERRNO = re.compile(r"^\[Errno -?\d+\] ")
"""What the operating system's messages begin with."""
NO_PATH = "HTTP 404 Not Found"
"""What a server of this API answers where it has nothing at all."""
OF_FILES = ("ENGINE-01", "ENGINE-09")
"""How the engine's messages about BPMN files begin."""
IS_IT_THE_API = f"Is the address that of the REST API, as http://HOST:PORT{REST_PATH}?"
Params = Mapping[str, Any]


class Connection:
    """Requests to one server. Paths are below the address of its REST API. Every method raises Refused and Unreachable."""

    def __init__(self, target: Target, http: httpx.Client, secrets: Sequence[str] = (), many: ManyReads | None = None) -> None:
        """`secrets` are never in a message, also if the server repeats them. `many` reads what comes after the first FEW contents."""
        self.target, self._http, self._secrets = target, http, secrets
        self._many, self._number = many, 0

    def get(self, path: str, params: Params | None = None, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Read. After 503 it is sent again, with pauses."""
        for pause in (*PAUSES, None):
            answer = self._sent("GET", path, params=params, headers=headers)
            if answer.status_code != 503 or pause is None:
                break
            time.sleep(_pause_of(answer, pause))
        return self._checked(answer)

    def content(self, path: str) -> bytes:
        """The bytes that a read answers. Of many reads, most are sent with less work, and again by httpx if that fails."""
        self._number += 1
        data = self._many.get(path) if self._many and self._number > FEW else None
        return self.get(path, headers={"Accept": "*/*"}).content if data is None else data

    def one(self, path: str) -> Any:
        """As `json`, for what is read many times."""
        try:
            return json.loads(self.content(path))
        except (ValueError, RecursionError):
            return self.json(path)  # which tells what the answer is

    def json(self, path: str, params: Params | None = None) -> Any:
        """What a read answers, as Python objects."""
        return self.parsed(self.get(path, params))

    def send(self, method: str, path: str, **content: Any) -> httpx.Response:
        """Change something. It is sent once. `content` is that of httpx: `params`, `json`, `files`, `data`."""
        return self._checked(self._sent(method, path, **content))

    def parsed(self, answer: httpx.Response) -> Any:
        """The JSON of an answer."""
        try:
            return answer.json()
        except (ValueError, RecursionError) as error:
            raise self.no_api(answer) from error

    def _sent(self, method: str, path: str, **content: Any) -> httpx.Response:
        try:
            return self._requested(method, path, **content)
        except httpx.TimeoutException as error:
            raise Unreachable(f"{self.target.name} did not answer in time. --timeout allows more seconds.") from error
        except httpx.RequestError as error:
            raise Unreachable(f"{self.target.name} cannot be reached: {_reason(error)}") from error
        except httpx.InvalidURL as error:
            raise Unreachable(f"{self.target.name} is no address: {error}.") from error

    def _requested(self, method: str, path: str, **content: Any) -> httpx.Response:
        """The answer. A read is sent again, once, if the server closed the connection that was kept from the read before."""
        try:
            return self._http.request(method, path, **content)
        except httpx.RemoteProtocolError:
            if method != "GET":
                raise
            return self._http.request(method, path, **content)

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        """The answer, if it is one of this API and no refusal."""
        if answer.is_success or answer.status_code == httpx.codes.NOT_MODIFIED:
            return answer
        if answer.is_redirect:
            raise Unreachable(
                f"{self.target.name} redirects to {_place(answer)}, which looks like a login page. Is the address that of the REST API?"
            )
        body = _body(answer)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            raise Refused(self._unauthorized(), answer.status_code, body)
        if not body and "html" in answer.headers.get("Content-Type", ""):
            raise self.no_api(answer)
        if answer.is_server_error and not _refuses_file(answer, body):
            raise Unreachable(f"{self.target.name} answered {answer.status_code}: {self._message(answer, body)}")
        raise Refused(self._message(answer, body), answer.status_code, body)

    def no_api(self, answer: httpx.Response) -> Unreachable:
        """The error of an answer that is none of this API."""
        kind = "a web page" if "html" in answer.headers.get("Content-Type", "") else "no answer of this API"
        return Unreachable(f"{_address(answer)} answered {answer.status_code} with {kind}. {IS_IT_THE_API}")

    def _message(self, answer: httpx.Response, body: Mapping[str, Any]) -> str:
        text = str(body.get("message") or f"{answer.status_code} {answer.reason_phrase}")
        if text == NO_PATH:
            text = f"{_address(answer)} answered 404: nothing is there. {IS_IT_THE_API}"
        for secret in filter(None, self._secrets):
            text = text.replace(secret, "…")
        return text

    def _unauthorized(self) -> str:
        if self._http.auth or "Authorization" in self._http.headers:
            return f"{self.target.name} does not accept the password or token: it is wrong, or has expired."
        return (
            f"{self.target.name} asks for credentials: set PROCDEF_TOKEN, or --user and PROCDEF_PASSWORD, or `token_command` of a context."
        )


@contextmanager
def connect(target: Target, environ: Mapping[str, str] = os.environ) -> Iterator[Connection]:
    """A connection to a server, closed at the end. Proxies and CA bundles are those that httpx takes from the environment.

    Raises WrongConfiguration for credentials, and for the store of the settings the errors of opening it.
    """
    shown = credentials(target, environ) if target.url else Credentials()
    headers = {"User-Agent": f"procdef/{version()}"}
    if shown.token:
        headers["Authorization"] = f"Bearer {shown.token}"
    auth = httpx.BasicAuth(shown.user, shown.password) if shown.user else None
    timeout = httpx.Timeout(target.seconds or SECONDS, connect=min(10.0, target.seconds or SECONDS))
    options = {"headers": headers, "auth": auth, "timeout": timeout}
    with _client(target.url, options, environ) as http, ExitStack() as stack:
        many = None
        if target.url is None:
            stack.enter_context(_commanding())
        if target.url and not _has_proxies(environ):
            request = http.build_request("GET", "")
            many = stack.enter_context(closing(ManyReads(next(auth.auth_flow(request)) if auth else request, target.seconds or SECONDS)))
        yield Connection(target, http, shown.hidden(), many)


def _has_proxies(environ: Mapping[str, str]) -> bool:
    return any(name.lower().endswith("_proxy") for name in environ)


def _client(url: str | None, options: Mapping[str, Any], environ: Mapping[str, str]) -> httpx.Client:
    """The client of httpx. It reads the CA bundle only where TLS may be used, because that takes longer than a request."""
    if url is None:
        return httpx.Client(base_url=IN_PROCESS, transport=_in_process(), **options)
    try:
        needs_bundle = url.startswith("https:") or _has_proxies(environ)
        return httpx.Client(base_url=url, verify=needs_bundle, **options)
    except OSError as error:
        raise WrongConfiguration(f"The certificates of SSL_CERT_FILE or SSL_CERT_DIR cannot be read: {error.strerror}.") from error
    except (ValueError, ImportError, httpx.InvalidURL) as error:
        raise WrongConfiguration("HTTP_PROXY, HTTPS_PROXY or ALL_PROXY is no address of an HTTP proxy, as http://HOST:PORT.") from error


def _in_process() -> httpx.BaseTransport:
    """The REST API on the store of the settings, without a server and without logins: who can open the store may do everything."""
    import logging
    from dataclasses import replace

    from procdef import create_app
    from procdef.settings import NONE, load

    logging.getLogger("procdef").addHandler(logging.NullHandler())  # the answer says what is wrong: without it Python prints it once more
    return _InProcess(create_app(replace(load(), auth=NONE)))


def _commanding() -> AbstractContextManager[None]:
    """Inside the block, changes are those of a command."""
    from procdef.store.events.actor import commanding

    return commanding()


class _InProcess(httpx.WSGITransport):
    """Requests to an application of this process. At the end, its connections to the database are closed."""

    def close(self) -> None:
        """Close the connections."""
        self.app.extensions["procdef.store"].close()  # type: ignore[attr-defined]


def _pause_of(answer: httpx.Response, pause: float) -> float:
    wanted = answer.headers.get("Retry-After", "")
    return min(float(wanted), LONGEST_PAUSE) if wanted.isdecimal() else pause


def _body(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _refuses_file(answer: httpx.Response, body: Mapping[str, Any]) -> bool:
    """Whether a 500 is the refusal of a BPMN file: an engine, and procdef as well, answers so where it cannot go on reading the file."""
    return answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR and str(body.get("message")).startswith(OF_FILES)


def _address(answer: httpx.Response) -> httpx.URL:
    return answer.url.copy_with(query=None)


def _place(answer: httpx.Response) -> str:
    return str(answer.headers.get("Location", "another address")).partition("?")[0]


def _reason(error: httpx.RequestError) -> str:
    text = str(error) or type(error).__name__
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "its certificate is not trusted. If it is signed by your own authority, set SSL_CERT_FILE to its certificate."
    return f"{ERRNO.sub('', text).rstrip('.')}."
