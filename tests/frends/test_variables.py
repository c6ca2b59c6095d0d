"""Process variables: how they are shown, and that a secret one is stored and never shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from procdef.frends.variables import variables_of
from procdef.store.models import Process
from tests.frends.files import Processes, exported, file_of, guid

PLAIN = {"Name": "Host", "Value": "example.org", "IsSecret": False, "Mode": "Static", "Description": "Where."}
SECRET = {"Name": "Password", "Value": "hush-7", "IsSecret": True, "Mode": "Static", "Description": None}


def variables(*rows: dict[str, Any], **more: Any) -> bytes:
    return file_of(exported("Orders", ProcessVariablesJson=json.dumps(rows), **more))


SHOWN: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (PLAIN, {"name": "Host", "value": "example.org", "isSecret": False, "mode": "Static", "description": "Where."}),
    (SECRET, {"name": "Password", "value": None, "isSecret": True, "mode": "Static", "description": None}),
    ({}, {"name": None, "value": None, "isSecret": False, "mode": None, "description": None}),
    ({"NAME": "a", "vALUE": 5, "mode": "x"}, {"name": "a", "value": 5, "isSecret": False, "mode": "x", "description": None}),
    ({"name": "a", "value": {"b": 1}, "issecret": True}, {"name": "a", "value": None, "isSecret": True, "mode": None, "description": None}),
    ({"Name": "a", "Value": "b", "IsSecret": None}, {"name": "a", "value": "b", "isSecret": False, "mode": None, "description": None}),
    (
        {"Name": "a", "IsSecret": False, "isSecret": True, "Value": 1, "value": 2},
        {"name": "a", "value": None, "isSecret": True, "mode": None, "description": None},
    ),
]


@pytest.mark.parametrize(("row", "shown"), SHOWN)
def test_how_a_variable_is_shown(row: dict[str, Any], shown: dict[str, Any]) -> None:
    assert variables_of(json.dumps([row])).exposed == [shown]


@pytest.mark.parametrize("text", [None, "", "  ", "[]", "null", '[{"Name":  "a"}]'])
def test_a_text_without_secrets_stays_as_it_is(text: str | None) -> None:
    if text == "null":
        with pytest.raises(ValueError, match="array"):
            variables_of(text)
    else:
        assert variables_of(text).text == text


def test_the_values_of_secrets_are_taken_out() -> None:
    found = variables_of(json.dumps([{**SECRET, "value": "other"}, PLAIN]))
    assert "hush" not in str(found.text)
    assert "other" not in str(found.text)
    assert found.secrets == {"Password": "other"} or found.secrets == {"Password": "hush-7"}
    assert json.loads(str(found.text)) == [{**SECRET, "Value": None, "value": None}, PLAIN]


def kept(processes: Processes) -> list[Any]:
    """The stored secrets by version."""
    rows = processes.store.read(Process.select(Process.secrets).order_by(Process.version))
    return [None if secrets is None else json.loads(secrets) for (secrets,) in rows]


def test_a_secret_is_nowhere_to_be_seen(processes: Processes) -> None:
    (row,) = processes.load(variables(PLAIN, SECRET))
    paths = ("", f"/{row['id']}", f"/{guid('Orders')}/versions/7", f"/{row['id']}/export", f"/batch-export?ids={row['id']}")
    for path in (*paths, f"/{guid('Orders')}/versions/7/export", "?allVersions=true"):
        text = processes.client.get(f"/api/v1/processes{path}").text
        assert "example.org" in text
        assert "hush" not in text
    columns = (Process.file, Process.members, Process.bpmn)
    assert not any("hush" in str(value) for found in processes.store.read(Process.select(*columns)) for value in found)
    assert kept(processes) == [{"Password": "hush-7"}]


def test_a_round_trip_inside_the_store_keeps_the_secret(processes: Processes) -> None:
    (row,) = processes.load(variables(SECRET))
    file = processes.export(row["id"])
    processes.load(file, "NewVersion")
    processes.load(variables({**SECRET, "Value": "new"}), "NewVersion")
    processes.load(processes.export(row["id"]), "NewVersion")
    processes.load(variables({**SECRET, "IsSecret": False, "Value": None}), "NewVersion")
    assert kept(processes) == [{"Password": "hush-7"}, {"Password": "hush-7"}, {"Password": "new"}, {"Password": "new"}, None]
    assert "hush" not in processes.client.get("/api/v1/processes?allVersions=true").text


def test_versions_of_one_file_hand_the_secret_on(processes: Processes) -> None:
    first = exported("Orders", ProcessVariablesJson=json.dumps([SECRET]), Version=1)
    second = exported("Orders", ProcessVariablesJson=json.dumps([{**SECRET, "Value": None}]), Version=2)
    processes.load(file_of(first, second))
    assert kept(processes) == [{"Password": "hush-7"}, {"Password": "hush-7"}]


def test_a_copy_does_not_get_the_secret(processes: Processes) -> None:
    (row,) = processes.load(variables(SECRET))
    processes.load(processes.export(row["id"]), "NewActiveElement")
    assert sorted(kept(processes), key=str) == [{"Password": "hush-7"}, {"Password": None}]


def test_a_secret_is_not_moved(processes: Processes, elsewhere: Processes) -> None:
    (row,) = processes.load(variables(SECRET))
    elsewhere.load(processes.export(row["id"]))
    assert kept(elsewhere) == [{"Password": None}]
