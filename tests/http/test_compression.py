"""Answers that are compressed: for whom, from which size on, and what is said of them."""

from __future__ import annotations

import gzip
from typing import Any

import brotli
import pytest
from flask import Flask

from procdef import create_app
from procdef.settings import load
from tests.api import BASE, Api
from tests.samples import bpmn

LIST = f"{BASE}/process-definition"
ASKED: list[tuple[str, str | None]] = [
    ("", None),
    ("identity", None),
    ("gzip", "gzip"),
    ("gzip, deflate", "gzip"),
    ("gzip, deflate, br", "br"),
    ("gzip, deflate, br, zstd", "zstd"),
    ("gzip;q=1.0, br;q=0.5", "gzip"),
    ("gzip;q=0", None),
    ("br;q=0.000, gzip", None),
    ("gzip;q=0.5", "gzip"),
    ("*", "zstd"),
    ("lzma", None),
]


@pytest.fixture
def filled(api: Api) -> Api:
    """Definitions enough for an answer of more than a kilobyte."""
    for number in range(8):
        api.deploy((f"p{number}.bpmn", bpmn(f"p{number}")))
    return api


@pytest.mark.parametrize(("accepted", "coding"), ASKED)
def test_the_coding_is_one_that_the_client_asks_for(filled: Api, accepted: str, coding: str | None) -> None:
    answer = filled.client.get(LIST, headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"
    assert int(answer.headers["Content-Length"]) == len(answer.data)


@pytest.mark.parametrize(("coding", "unpacked"), [("gzip", gzip.decompress), ("br", brotli.decompress)])
def test_what_is_compressed_is_the_same_answer_under_the_same_tag(filled: Api, coding: str, unpacked: Any) -> None:
    plain = filled.client.get(LIST)
    packed = filled.client.get(LIST, headers={"Accept-Encoding": coding})
    assert unpacked(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert packed.headers["ETag"] == plain.headers["ETag"]
    known = filled.client.get(LIST, headers={"Accept-Encoding": coding, "If-None-Match": packed.headers["ETag"]})
    assert (known.status_code, known.data, "Content-Encoding" in known.headers) == (304, b"", False)


def test_small_answers_and_errors_are_left_alone(filled: Api) -> None:
    for path in (f"{LIST}/count", f"{LIST}/none", f"{LIST}?maxResults=x"):
        answer = filled.client.get(path, headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in answer.headers


def test_a_stream_is_compressed_too(filled: Api) -> None:
    ids = [str(row["id"]) for row in filled.client.get("/api/v1/processes").json["data"]]  # type: ignore[index]
    path = f"/api/v1/processes/batch-export?ids={','.join(ids)}"
    packed = filled.client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == filled.client.get(path).data


def test_a_setting_switches_it_off(database_url: str) -> None:
    app: Flask = create_app(load({"PROCDEF_DATABASE_URL": database_url, "PROCDEF_COMPRESS_FROM": "0"}))
    answer = app.test_client().get("/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert not {"Content-Encoding", "Vary"} & set(answer.headers.keys())
    app.extensions["procdef.store"].close()
