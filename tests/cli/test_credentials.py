"""Which server gets which credentials: the variables are for the server of a command, not for one of several that words name."""

from __future__ import annotations

from pathlib import Path

import pytest

from procdef.client.secrets import Credentials, credentials
from procdef.client.target import Wanted, choose

CONFIG = """
[contexts.plain]
url = "http://127.0.0.1:1"
[contexts.own]
url = "http://127.0.0.1:1"
token_command = "echo of-the-context"
"""
VARIABLES = {"PROCDEF_TOKEN": "of-the-variable", "PROCDEF_USER": "mary", "PROCDEF_PASSWORD": "x"}


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize(("name", "alone"), [("plain", "of-the-variable"), ("own", "of-the-context")])
def test_the_variables_are_not_for_one_of_several_servers(name: str, alone: str, several: bool, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    environment = {"PROCDEF_CONFIG": str(tmp_path / "config.toml"), **VARIABLES}
    target = choose(Wanted(context=name, is_one_of_several=several), environment)
    expected = Credentials() if several and name == "plain" else Credentials(token=alone)
    assert credentials(target, environment) == expected


@pytest.mark.parametrize("several", [False, True])
def test_an_address_among_several_gets_no_token(several: bool) -> None:
    target = choose(Wanted(url="http://127.0.0.1:1", is_one_of_several=several), VARIABLES)
    assert credentials(target, VARIABLES).token == (None if several else "of-the-variable")
