"""What goes wrong between a command and a server is one line that says what to do, and an exit status; never a traceback or a secret."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from procdef.cli import main
from procdef.client import connection
from procdef.client.connection import connect
from procdef.client.errors import Unreachable
from procdef.client.target import Target
from procdef.errors import BROKEN_PIPE
from tests.cli.bad_server import Answer, answering, self_signed, serving
from tests.missing import need

LOGIN = b"<html><form action='/login'>Password</form></html>"
EXAMPLE = Path(__file__).parents[2] / "examples/order.bpmn"
SECRET = "s3cr3t-v4lue"
MUST_BE = "--url must be an address as http://HOST:PORT/engine-rest, without query and fragment."
CLEAN = dict.fromkeys(
    [
        *(f"PROCDEF_{name}" for name in ("URL", "CONTEXT", "TOKEN", "USER", "PASSWORD", "CONFIG")),
        *("CAMUNDA_URL", "SSL_CERT_FILE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
    ]
)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses before another try are short."""
    monkeypatch.setattr(connection, "PAUSES", (0.01, 0.01, 0.01))
    monkeypatch.setattr(connection, "LONGEST_PAUSE", 0.01)


def run(*words: str, **environment: str | None) -> Result:
    """Runs a command that asks a server, without what the environment says of one."""
    done = CliRunner().invoke(main, words, env={**CLEAN, "PROCDEF_CONFIG": "/none", **environment})
    assert isinstance(done.exception, SystemExit | None), done.exception
    return done


@pytest.mark.parametrize("url", ["http://[::1", "http://a:99999", "http://a:x", "http://a:0", "http://a/\udcff", "http://a/\x1b"])
def test_an_address_that_cannot_be_one_is_a_wrong_configuration(url: str) -> None:
    done = run("get", "definitions", "--url", url)
    assert (done.exit_code, done.stderr) == (2, f"procdef: {MUST_BE}\n")


@pytest.mark.parametrize("option", ["--url", "--context"])
def test_an_empty_server_is_not_that_of_the_variables(option: str) -> None:
    assert run("get", "definitions", option, "", PROCDEF_URL="http://127.0.0.1:1").exit_code == 2


@pytest.mark.parametrize(
    "words", ["get pd", "get deployments", "describe a", "delete a", "wait a", "diff a a", "usage topic a", "deploy /dev/null", "import {}"]
)
def test_a_comma_in_a_tenant_is_a_wrong_option(words: str, tmp_path: Path) -> None:
    done = run(*words.format(tmp_path).split(), "--tenant", "a,b")
    assert (done.exit_code, "a tenant id with a comma" in done.stderr) == (2, True)


@pytest.mark.parametrize("seconds", ["nan", "inf", "1e300", "86401", "0", "-1"])
def test_a_timeout_that_no_socket_takes_is_a_wrong_option(seconds: str) -> None:
    done = run("get", "definitions", "--url", "http://127.0.0.1:1", "--timeout", seconds)
    assert (done.exit_code, "--timeout" in done.stderr) == (2, True)


def asked(address: str, folder: Path, **environment: str | None) -> Result:
    """Runs a command that reads lists from a server."""
    done = run("export", "--url", address, str(folder / "new"), **environment)
    assert (done.stdout, len(done.stderr.splitlines())) == ("", 1)
    assert not (folder / "new").exists()
    return done


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (answering(200, LOGIN, Content_Type="text/html"), 4, "answered 200 with a web page. Is the address that of the REST API"),
        (answering(404, LOGIN, Content_Type="text/html"), 4, "answered 404 with a web page"),
        (answering(502, LOGIN, Content_Type="text/html"), 4, "answered 502 with a web page"),
        (
            answering(302, Location="https://login.example.org/?to=x"),
            4,
            "redirects to https://login.example.org/, which looks like a login",
        ),
        (answering(200, b'{"a": 1}'), 4, "with no answer of this API"),
        (answering(200, b'[{"name": 1}]'), 4, "with no answer of this API"),
        (answering(200, b"[1, 2]"), 4, "with no answer of this API"),
        (answering(200, b'[{"id": "a"'), 4, "with no answer of this API"),
        (answering(200, b"[" * 100_000), 4, "with no answer of this API"),
        (answering(200, b"\xff\xfe"), 4, "with no answer of this API"),
        (answering(200, b""), 4, "with no answer of this API"),
        (answering(200, b"[]", Content_Length="1000"), 4, "cannot be reached: peer closed connection"),
        (answering(200, b"not gzip", Content_Encoding="gzip"), 4, "cannot be reached"),
        (answering(500, b'{"type": "X", "message": "boom"}'), 4, "answered 500: boom"),
        (answering(503, b"busy"), 4, "answered 503: 503 Service Unavailable"),
        (answering(403, b'{"message": "not \\u001b[2J allowed"}'), 3, "not \\x1b[2J allowed"),
        (answering(404, b""), 3, "404 Not Found"),
        (answering(401), 3, "asks for credentials: set PROCDEF_TOKEN"),
        (answering(407), 3, "407 Proxy Authentication Required"),
        (answering(204), 4, "with no answer of this API"),
    ],
)
def test_a_wrong_answer_is_one_line(answer: Answer, status: int, said: str, tmp_path: Path) -> None:
    def closing(request: BaseHTTPRequestHandler) -> None:
        request.close_connection = True
        answer(request)

    with serving(closing) as (address, _):
        done = asked(address, tmp_path)
    assert done.exit_code == status
    assert said in done.stderr


@pytest.mark.parametrize("words", ["xml a", "outline a", "diff a b", "usage", "deploy {}"])
@pytest.mark.parametrize("body", [b'[{"id": "a"}]', b"null", b'"x"'])
def test_json_of_another_form_is_one_line(words: str, body: bytes) -> None:
    with serving(answering(200, body)) as (address, _):
        done = run(*words.format(EXAMPLE).split(), "--url", address)
    assert (done.exit_code, done.stdout, "with no answer of this API" in done.stderr) == (4, "", True)


RIGHT = {"id": "a", "key": "k", "version": 1, "suspended": False, "name": None, "tenantId": None, "versionTag": None, "deploymentId": "d"}
WRONG: list[dict[str, Any]] = [
    {name: value for name, value in RIGHT.items() if name != "key"},
    {**RIGHT, "version": "1"},
    {**RIGHT, "version": True},
    {**RIGHT, "suspended": None},
    {**RIGHT, "name": []},
    {**RIGHT, "id": "\ud800"},
]


@pytest.mark.parametrize("words", ["get definitions", "describe k", "cleanup --dry-run", "promote k --from a --to b", "export {}"])
@pytest.mark.parametrize("row", WRONG)
def test_a_definition_of_another_form_is_one_line(words: str, row: dict[str, Any], tmp_path: Path) -> None:
    with serving(answering(200, json.dumps([{"resource": "r", **row}]).encode())) as (address, _):
        where = [] if "--from" in words else ["--url", address]
        (tmp_path / "config.toml").write_text(f'[contexts.a]\nurl = "{address}"\n[contexts.b]\nurl = "{address}"\n', encoding="utf-8")
        done = run(*words.format(tmp_path / "out").split(), *where, PROCDEF_CONFIG=str(tmp_path / "config.toml"))
    assert (done.exit_code, "with no answer of this API" in done.stderr) == (4, True), done.output


@pytest.mark.parametrize("moment", ["yesterday", None, "2026-11-28"])
def test_a_moment_that_is_none_is_one_line(moment: str | None, tmp_path: Path) -> None:
    row = {"id": "d", "name": None, "source": None, "tenantId": None, "deploymentTime": moment}
    with serving(answering(200, json.dumps([row]).encode())) as (address, _):
        done = run("get", "deployments", "--url", address)
    assert (done.exit_code, "with no answer of this API" in done.stderr) == (4, True), done.output


@pytest.mark.parametrize("environment", [{"PROCDEF_TOKEN": SECRET}, {"PROCDEF_USER": "mary", "PROCDEF_PASSWORD": SECRET}])
def test_an_expired_token_is_told_without_the_token(environment: dict[str, str], tmp_path: Path) -> None:
    with serving(answering(401)) as (address, _):
        done = asked(address, tmp_path, **environment)
    assert done.exit_code == 3
    assert "does not accept the password or token: it is wrong, or has expired" in done.stderr
    assert SECRET not in done.output


def test_a_server_that_repeats_a_secret_does_not_have_it_printed(tmp_path: Path) -> None:
    def repeat(request: BaseHTTPRequestHandler) -> None:
        answering(403, json.dumps({"message": f"no {request.headers['Authorization']}"}).encode())(request)

    with serving(repeat) as (address, _):
        assert "no Bearer …" in asked(address, tmp_path, PROCDEF_TOKEN=SECRET).stderr
        output = asked(address, tmp_path, PROCDEF_USER="mary", PROCDEF_PASSWORD=SECRET).output
    assert base64.b64encode(f"mary:{SECRET}".encode()).decode() not in output


def test_a_connection_that_is_refused_or_has_no_name_is_told(tmp_path: Path) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        done = asked(f"http://127.0.0.1:{bound.getsockname()[1]}", tmp_path)
    assert (done.exit_code, "Connection refused." in done.stderr) == (4, True)
    done = asked("http://nowhere.invalid", tmp_path)
    assert (done.exit_code, "cannot be reached: " in done.stderr) == (4, True)


def test_a_server_that_is_too_slow_is_told(tmp_path: Path) -> None:
    with serving(lambda _: time.sleep(3)) as (address, _):
        done = run("export", "--url", address, "--timeout", "0.2", str(tmp_path / "new"))
    assert (done.exit_code, "did not answer in time. --timeout allows more seconds." in done.stderr) == (4, True)


def test_reads_are_sent_again_after_503_and_changes_are_not(tmp_path: Path) -> None:
    answers = iter([503, 503, 200])
    with serving(lambda request: answering(next(answers, 200), b"[]", Retry_After="1")(request)) as (address, requests):
        assert run("export", "--url", address, str(tmp_path / "new")).exit_code == 0
        assert len(requests) == 4
    with serving(answering(503)) as (address, requests):
        with connect(Target("x", address), {}) as there, pytest.raises(Unreachable):
            there.send("POST", "/deployment/create")
        assert len(requests) == 1


def test_a_certificate_that_nobody_signed_is_told_and_can_be_trusted(tmp_path: Path) -> None:
    need("openssl")
    certificate = self_signed(tmp_path)
    with serving(answering(200, b"[]"), certificate) as (address, _):
        done = asked(address, tmp_path)
        assert (done.exit_code, "set SSL_CERT_FILE to its certificate" in done.stderr) == (4, True)
        trusted = run("export", "--url", address, str(tmp_path / "new"), SSL_CERT_FILE=str(certificate))
        assert trusted.exit_code == 0, trusted.output


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_bundle_that_cannot_be_read_is_told(content: bytes | None, tmp_path: Path) -> None:
    if content:
        (tmp_path / "bundle").write_bytes(content)
    done = asked("https://127.0.0.1:1", tmp_path, SSL_CERT_FILE=str(tmp_path / "bundle"))
    assert (done.exit_code, "SSL_CERT_FILE" in done.stderr) == (2, True)


def test_a_proxy_of_the_environment_is_used(tmp_path: Path) -> None:
    with serving(answering(200, b"[]")) as (address, requests):
        assert run("export", "--url", "http://engine.invalid/rest", str(tmp_path / "new"), HTTP_PROXY=address).exit_code == 0
        assert {request.partition("?")[0] for request in requests} == {
            "GET http://engine.invalid/rest/process-definition",
            "GET http://engine.invalid/rest/deployment",
        }


@pytest.mark.parametrize("proxy", ["ftp://proxy.invalid", "socks5://127.0.0.1:1"])
def test_a_proxy_that_cannot_be_used_is_told(proxy: str, tmp_path: Path) -> None:
    done = asked("http://engine.invalid", tmp_path, HTTP_PROXY=proxy)
    assert (done.exit_code, "HTTP_PROXY" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ('token_command = "false"', "token_command of x ended with status 1."),
        ('token_command = "true"', "token_command of x printed nothing."),
        ('token_command = "/none/program"', "token_command of x cannot be run: No such file or directory."),
        (f"token_command = \"echo '{SECRET} {SECRET}'\"", "The token has characters that no token has"),
        (f'user = "a"\npassword_command = "printf {SECRET}\'"', "password_command of x cannot be run: it is not well-formed."),
    ],
)
def test_a_program_that_prints_no_secret_is_told(member: str, said: str, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[contexts.x]\nurl = "http://127.0.0.1:1"\n{member}\n', "utf-8")
    done = run("export", "--context", "x", str(tmp_path / "new"), PROCDEF_CONFIG=str(config))
    assert (done.exit_code, SECRET in done.output) == (2, False)
    assert said in done.stderr


SECRETS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=9, max_size=40)


@given(SECRETS, st.sampled_from([401, 403, 500, 302, 200]))
def test_no_secret_is_ever_printed(secret: str, status: int) -> None:
    body = json.dumps({"message": f"it was {secret}."}).encode()
    with serving(answering(status, body, Location="/login")) as (address, _):
        for environment in ({"PROCDEF_TOKEN": secret}, {"PROCDEF_USER": "mary", "PROCDEF_PASSWORD": secret}):
            done = run("export", "--url", address, "/dev/null/x", **environment)
            assert done.exit_code in (2, 3, 4)
            assert secret not in done.output


@pytest.mark.parametrize("words", [["help", "--json"], ["openapi", "-"], ["help"]])
@pytest.mark.parametrize("size", [0, 10, 5000])
def test_a_reader_that_goes_away_is_no_error(words: list[str], size: int) -> None:
    command = [sys.executable, "-m", "procdef", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(size)
        process.stdout.close()
        said = process.stderr.read()
        assert process.wait(60) in (0, BROKEN_PIPE)
    assert said == b""


@pytest.mark.parametrize(
    ("words", "status"),
    [("--help", 3), ("--version", 3), ("get --help", 3), ("help --json", 3), ("completion bash", 3), ("context ls", 3), ("outline {0}", 3)],
)
def test_a_full_device_is_told(words: str, status: int) -> None:
    with Path("/dev/full").open("wb") as full:
        done = ended(words.format(EXAMPLE), stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (status, b"procdef: input or output: No space left on device.\n")


@pytest.mark.parametrize(("words", "status"), [("nonsense", 2), ("get pd --limit x", 2), ("get pd --url http://127.0.0.1:1", 4)])
def test_a_message_that_cannot_be_written_leaves_the_status(words: str, status: int) -> None:
    with Path("/dev/full").open("wb") as full:
        assert ended(words, stdout=subprocess.PIPE, stderr=full).returncode == status


@pytest.mark.parametrize("words", ["import", "export", "export --git"])
@pytest.mark.parametrize("path", ["/dev/null", __file__])
def test_a_file_is_no_folder(words: str, path: str) -> None:
    done = run(*words.split(), path)
    assert (done.exit_code, done.stdout, "Error: Invalid value for 'DIR'" in done.stderr) == (2, "", True)


@pytest.mark.parametrize(("words", "closed"), [("backup -", ">&-"), ("restore -", "<&-"), ("restore --check -", "<&-")])
def test_an_input_or_output_that_is_closed_is_told(words: str, closed: str) -> None:
    command = ["sh", "-c", f'exec "$0" -m procdef {words} {closed}', sys.executable]
    done = subprocess.run(command, stderr=subprocess.PIPE, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (3, b"procdef: -: Bad file descriptor.\n")


def ended(words: str, **outputs: Any) -> subprocess.CompletedProcess[bytes]:
    """Runs a command as a process of its own."""
    command = [sys.executable, "-m", "procdef", *words.split()]
    return subprocess.run(command, env={**os.environ, "PROCDEF_CONFIG": "/none"}, timeout=60, check=False, **outputs)
