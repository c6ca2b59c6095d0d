"""The recorded story and walks of changes on a Camunda 7.24 engine, told to procdef on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from tests.api import Api
from tests.contract.requests import Request
from tests.contract.story import STEPS, Teller, Told, load
from tests.contract.walks import SEEDS, path_of, walk


def test_the_story_goes_as_on_the_engine(api: Api) -> None:
    check(api, STEPS, load())


@pytest.mark.parametrize("seed", SEEDS)
def test_the_walk_goes_as_on_the_engine(api: Api, seed: int) -> None:
    check(api, walk(seed), load(path_of(seed)))


def check(api: Api, steps: Sequence[Request], recorded: Sequence[Told]) -> None:
    def send(request: Request) -> tuple[int, Mapping[str, str], bytes]:
        answer = api.send(request.method, request.path, data=request.body, content_type=request.content_type or None)
        return answer.status_code, dict(answer.headers), answer.data

    assert len(recorded) == len(steps)
    for told, expected in zip(Teller(send, steps).tell(), recorded, strict=True):
        assert told.label == expected.label
        if expected.status == 500:
            assert 400 <= told.status < 500, told
            assert (told.body["type"], told.body["message"]) == (expected.body["type"], expected.body["message"]), told.label
        else:
            assert (told.status, told.body) == (expected.status, expected.body), told.label
        assert told.changes == expected.changes, told.label
