"""The settings: the default of each, its possible and impossible values, and the one line that an operator sees."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from procdef import create_app
from procdef.client.contexts import CONFIG
from procdef.client.secrets import PASSWORD, TOKEN, USER
from procdef.client.target import CONTEXT, URL
from procdef.errors import InvalidSetting
from procdef.settings import OF_CLIENTS, SETTINGS, Setting, Settings, _text, load, unknown_variables

ROOT = Path(__file__).parents[1]
NUMBERS: dict[str, tuple[list[str], list[str]]] = {
    "pool_size": (["1", "1000", " 5"], ["0", "1001"]),
    "pool_timeout": (["1", "600"], ["0", "601"]),
    "connect_timeout": (["2", "600"], ["1", "601"]),
    "statement_timeout": (["0", "86400"], ["-1", "86401"]),
    "port": (["1", "65535"], ["0", "65536"]),
    "workers": (["1", "64"], ["0", "65"]),
    "threads": (["1", "1000"], ["0", "1001"]),
    "max_connections": (["1", "1000000"], ["0", "1000001"]),
    "head_timeout": (["1", "3600"], ["0", "3601"]),
    "body_timeout": (["1", "3600"], ["0", "3601"]),
    "upload_memory": (["1048576", "2147483647"], ["1048575", "2147483648"]),
    "cache_size": (["0", "1", "1000000"], ["1000001"]),
    "compress_from": (["0", "2147483647"], ["2147483648"]),
    "max_body": (["1", "2147483647"], ["0", "2147483648"]),
    "max_parts": (["1", "2147483647"], ["0"]),
    "max_field": (["1", "2147483647"], ["0"]),
    "max_import": (["1", "2147483647"], ["0"]),
    "max_id": (["1", "255"], ["0", "256"]),
    "max_name": (["1", "255"], ["0", "256"]),
    "max_tag": (["1", "64"], ["0", "65"]),
    "max_tenant": (["1", "64"], ["0", "65"]),
    "password_length": (["1", "1000"], ["0", "1001"]),
    "metrics_definitions": (["0", "1000", "1000000"], ["-1", "1000001"]),
    "events_kept": (["0", "30"], ["-1", "x", "36501"]),
    "max_elements": (["1", "2147483647"], ["0"]),
}
TEXTS: dict[str, tuple[list[str], list[str]]] = {
    "web": (["off", "true"], ["maybe"]),
    "embedded_in": (["", "https://portal.example.org"], ["*", "portal"]),
    "database_url": (
        ["sqlite:///x.db", "sqlite:////a/b.db", "postgresql://u:p@h/d", "postgres://h/d"],
        ["", "sqlite://", "sqlite:///", "mysql://h/d", "x.db", "POSTGRESQL://h/d", " sqlite:///x"],
    ),
    "host": (
        ["0.0.0.0", "::1", "::", "[::1]", "a.example", "localhost"],
        ["", "a:80", "127.0.0.1:80", "unix:/a", "a b", "[::1]:80", "http://a"],
    ),
    "public_url": (
        ["", "https://a.example/x", "http://h:1", "https://a.example/engine-rest/x"],
        ["a.example", "ftp://a", "https://", "https:///x", "https://a.example/engine-rest", "http://h:1/x/api/v1/"],
    ),
    "engine_rest_url": (["", "https://a.example/engine-rest"], ["a.example", "ftp://a"]),
    "webapps_url": (["", "https://a.example/camunda/app"], ["a.example", "ftp://a"]),
    "cors_origins": (
        [
            "",
            "https://a.example",
            "https://a.example,http://b:1",
            "https://a.example/, http://b:1",
            "chrome-extension://abc",
            "moz-extension://a-b",
        ],
        [
            "*",
            "null",
            "file://",
            "a.example",
            "https://a.example/x",
            "https://a.example//",
            "https://A.example",
            "ftp://a",
            ",",
            "https://a.example,*",
        ],
    ),
    "allowed_hosts": (
        ["", "a.example", "a.example, B.example", "10.0.0.1", "::1", "[::1]", "a_b"],
        ["*", "*.example", "a.example:80", "https://a.example", "a.example,", ",", "a b"],
    ),
    "access_log": (["true", "false", "1", "0"], ["", "maybe"]),
    "auth": (
        ["", "none", "basic", "token", "basic,token", "token,basic"],  # proxy and others need more settings: see below
        ["yes", "Basic", "basic, token", "basic,", ",", "none,basic", "basic;token", " ", "off"],
    ),
    "authorization": (["true", "false", "on", "off"], ["", "maybe", "2"]),
    "oidc_issuer": (["", "https://login.example/realms/work"], ["login.example", "ftp://a"]),
    "oidc_client_id": (["", "procdef"], []),
    "oidc_client_secret": (["", "x y"], []),
    "oidc_scopes": (["openid"], []),
    "oidc_audience": (["", "procdef"], []),
    "oidc_user_claim": (["sub", "preferred_username"], [""]),
    "oidc_groups_claim": (["", "realm_access.roles"], []),
    "oidc_tenants_claim": (["", "tenant"], []),
    "oidc_label": (["Sales", ""], []),
    "proxy_user_header": (["X-Forwarded-User", "Remote-User"], ["", "X_User", "Cookie", "authorization", "a b", "X:"]),
    "proxy_groups_header": (["", "X-Forwarded-Groups"], ["X_Groups", "Host"]),
    "trusted_proxies": (
        ["", "10.0.0.5", "10.1.0.0/24, ::1", "unix", "fd00::/8,unix"],
        ["0.0.0.0/0", "::/0", "10.0.0.5/24", "proxy.example", "*", "10.0.0.5;10.0.0.6"],
    ),
    "engine": (["operaton", "camunda"], ["", "Camunda", "camunda,operaton", "flowable"]),
    "history_time_to_live": (["", "P180D", "180", "0"], ["P1M", "-1", "PD", "P180d", "P9999999999D", "5 "]),
    "enforce_history_time_to_live": (["true", "false", "1", "0", "True"], ["", "maybe", "2"]),
    "statistics_filters": (["true", "false", "1", "0", "True"], ["", "maybe", "2"]),
    "log_level": (["debug", "info", "warning", "error"], ["", "DEBUG", "trace"]),
    "metrics": (["off", "on", "open"], ["", "On", "true", "public"]),
    "log_format": (["text", "json"], ["", "JSON", "xml"]),
}
VALUES = {**{name: (good, [*bad, "", "x", "1.5", "-1", "1e3"]) for name, (good, bad) in NUMBERS.items()}, **TEXTS}


def entry_of(name: str) -> Setting:
    return next(entry for entry in SETTINGS if entry.name == name)


def test_every_setting_has_its_values_here() -> None:
    assert set(VALUES) == {entry.name for entry in SETTINGS}


@pytest.mark.parametrize("entry", SETTINGS, ids=lambda entry: entry.variable)
def test_every_entry_is_explained_and_has_a_possible_default(entry: Setting) -> None:
    assert entry.help.endswith(".")
    assert entry.variable.removeprefix("PROCDEF_") == entry.name.upper()
    default = getattr(load({}), entry.name)
    written = str(default).lower() if isinstance(default, bool) else str(default)
    assert getattr(load({entry.variable: written}), entry.name) == default


def test_the_defaults_are_those_of_an_empty_environment() -> None:
    assert load({}) == Settings()


def test_every_value_has_the_type_of_its_attribute() -> None:
    assert {name: type(value) for name, value in vars(load({})).items()} == get_type_hints(Settings)


def test_a_misspelt_setting_is_an_error_of_mypy_too() -> None:
    with pytest.raises(AttributeError):
        load({}).max_boddy  # type: ignore[attr-defined]  # noqa: B018  mypy complains of an ignore that it does not need


def test_settings_do_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        load({}).port = 1  # type: ignore[misc]


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, (good, _) in VALUES.items() for value in good])
def test_possible_values(name: str, value: str) -> None:
    found: Any = getattr(load({"PROCDEF_AUTH": "basic", entry_of(name).variable: value}), name)
    assert str(found).lower() in (value.strip().lower(), "true" if value in ("1", "on") else "false")


@pytest.mark.parametrize("auth", ["", "none"])
def test_authorization_needs_users(auth: str) -> None:
    with pytest.raises(InvalidSetting, match="PROCDEF_AUTHORIZATION needs users who log in"):
        load({"PROCDEF_AUTH": auth, "PROCDEF_AUTHORIZATION": "on"})


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, (_, bad) in VALUES.items() for value in bad])
def test_impossible_values_are_named_in_one_line(name: str, value: str) -> None:
    entry = entry_of(name)
    with pytest.raises(InvalidSetting) as refused:
        load({entry.variable: value})
    text = str(refused.value)
    assert text.startswith(entry.variable)
    assert "\n" not in text
    assert (repr(value) in text) is not entry.secret


@pytest.mark.parametrize("url", ["mysql://user:top-secret@host/d", "user:top-secret@host", "postgresql:/user:top-secret@host/d"])
def test_a_password_is_not_shown(url: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        load({"PROCDEF_DATABASE_URL": url})
    assert "top-secret" not in str(refused.value)
    assert "PROCDEF_DATABASE_URL" in str(refused.value)


SECRET = [entry for entry in SETTINGS if entry.secret]


@pytest.mark.parametrize("entry", SECRET, ids=lambda entry: entry.variable)
@pytest.mark.parametrize(("content", "value"), [("a", "a"), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), (" a \n", " a "), ("", "")])
def test_a_file_has_the_value_of_a_secret(entry: Setting, content: str, value: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(content.encode())
    assert _text(entry, {f"{entry.variable}_FILE": str(tmp_path / "secret")}) == value


@pytest.mark.parametrize("path", ["", "missing", "a\0b", ".", "binary", "x" * 5000])
def test_a_file_that_cannot_be_read_is_named_by_its_variable(path: str, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"top-secret\xff")
    with pytest.raises(InvalidSetting) as refused:
        load({"PROCDEF_DATABASE_URL_FILE": f"{tmp_path}/{path}"})
    assert str(refused.value).startswith("PROCDEF_DATABASE_URL_FILE names a file that cannot be read: ")
    assert "top-secret" not in f"{refused.value!r}{refused.value.__context__!r}" or path != "binary"
    assert str(tmp_path) not in str(refused.value)


def test_a_setting_and_its_file_are_not_both_given(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("sqlite:///b.db", encoding="utf-8")
    with pytest.raises(InvalidSetting, match=r"^PROCDEF_DATABASE_URL and PROCDEF_DATABASE_URL_FILE are both set: remove one of them\.$"):
        load({"PROCDEF_DATABASE_URL": "sqlite:///a.db", "PROCDEF_DATABASE_URL_FILE": str(tmp_path / "secret")})


def test_an_empty_variable_gives_way_to_the_other(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("sqlite:///b.db", encoding="utf-8")
    by_file = load({"PROCDEF_DATABASE_URL": "", "PROCDEF_DATABASE_URL_FILE": str(tmp_path / "secret")})
    by_itself = load({"PROCDEF_DATABASE_URL": "sqlite:///a.db", "PROCDEF_DATABASE_URL_FILE": ""})
    assert (by_file.database_url, by_itself.database_url) == ("sqlite:///b.db", "sqlite:///a.db")


def test_a_wrong_value_in_a_file_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("mysql://user:top-secret@host/d\n", encoding="utf-8")
    with pytest.raises(InvalidSetting, match=r"^PROCDEF_DATABASE_URL_FILE is not a valid value: must begin with ") as refused:
        load({"PROCDEF_DATABASE_URL_FILE": str(tmp_path / "secret")})
    assert "top-secret" not in str(refused.value)


def test_only_secrets_have_files() -> None:
    assert [entry.file_variable for entry in SETTINGS if entry.file_variable] == [f"{entry.variable}_FILE" for entry in SECRET]
    assert load({"PORT_FILE": "/missing", "PROCDEF_ENGINE_FILE": "/missing"}) == load({})
    assert unknown_variables({"PROCDEF_DATABASE_URL_FILE": "/missing"}) == []
    assert len(unknown_variables({"PROCDEF_ENGINE_FILE": "/missing"})) == 1


def test_commands_use_the_store_that_a_file_names(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"sqlite:///{tmp_path}/its.db\n", encoding="utf-8")
    environment = {"PATH": "/bin", "PYTHONPATH": str(ROOT), "PROCDEF_DATABASE_URL_FILE": str(tmp_path / "secret")}
    command = [sys.executable, "-m", "procdef", "user", "add", "mary"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, input="a long password\n", capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, (tmp_path / "its.db").exists()) == (0, True), done.stderr


def test_the_first_wrong_value_is_named_and_others_variables_are_not_read() -> None:
    environment = {"PORT": "x", "PROCDEF_POOL_SIZE": "y", "PROCDEF_UNKNOWN": "z", "PATH": "/bin"}
    with pytest.raises(InvalidSetting, match=r"^PROCDEF_POOL_SIZE"):
        load(environment)
    assert load({"PROCDEF_UNKNOWN": "z"}) == load({})


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("PROCDEF_WORKER", "PROCDEF_WORKER is not a setting of procdef; did you mean PROCDEF_WORKERS?"),
        ("PROCDEF_DATABSE_URL", "PROCDEF_DATABSE_URL is not a setting of procdef; did you mean PROCDEF_DATABASE_URL?"),
        ("PROCDEF_TYPO", "PROCDEF_TYPO is not a setting of procdef."),
    ],
)
def test_an_unknown_variable_is_named(name: str, told: str) -> None:
    assert unknown_variables({name: "secret", "PATH": "/bin", "PROCDEFX": "", "PROCDEF_THREADS": "1"}) == [told]


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "not a port")
    with pytest.raises(InvalidSetting, match="PORT='not a port'"):
        create_app()


def test_the_server_stops_with_one_line() -> None:
    command = [sys.executable, "-m", "gunicorn", "-c", "python:procdef.server.config"]
    done = subprocess.run(command, cwd=ROOT, env={"PORT": "0", "PATH": "/bin"}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    lines = (done.stdout + done.stderr).strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("procdef: PORT='0' is not a valid value")


def test_the_variables_of_commands_are_no_unknown_settings() -> None:
    assert set(OF_CLIENTS) == {CONFIG, CONTEXT, PASSWORD, TOKEN, URL, USER}
    assert unknown_variables(dict.fromkeys(OF_CLIENTS, "x")) == []
