"""The types of what a definition uses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from procdef.bpmn.facts.kinds import KINDS
from procdef.camunda.protocol.used import MAX_USES, KindAndValue, KindName, Repeated
from procdef.store.usage.index import digest_of


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_known(kind: str) -> None:
    assert KindName().deserialize(kind) == kind
    assert KindAndValue().deserialize(f"{kind}:x") == digest_of(kind, "x")


@given(st.sampled_from(sorted(KINDS)), st.text())
def test_the_first_colon_ends_the_kind(kind: str, value: str) -> None:
    assert KindAndValue().deserialize(f"{kind}:{value}") == digest_of(kind, value)


@pytest.mark.parametrize("text", ["", "topic", "Topic:x", ":x", " topic:x", "topics:x", 1, None, ["topic:x"], True])
def test_what_is_no_use_is_refused_with_the_kinds(text: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        KindAndValue(allow_none=False).deserialize(text)
    assert text is None or "the kinds are topic, class" in str(caught.value)


def test_no_kind_is_the_empty_string() -> None:
    assert KindName().deserialize("") is None
    with pytest.raises(ValidationError, match="has the unknown kind 'Topic'"):
        KindName().deserialize("Topic")


def test_equal_uses_count_once_and_there_are_not_too_many() -> None:
    assert Repeated().deserialize(["topic:a", "class:a", "topic:a"]) == [digest_of("topic", "a"), digest_of("class", "a")]
    for wrong in (["topic:a"] * (MAX_USES + 1), "topic:a", ["topic:a", None], {"a": 1}):
        with pytest.raises(ValidationError):
            Repeated().deserialize(wrong)
