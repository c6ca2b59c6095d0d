"""The history time to live of a process: its grammar, its default, and the engine's messages."""

from __future__ import annotations

import re

from procdef.bpmn.grammar.java_text import java_int
from procdef.bpmn.model import Options

DAYS = re.compile(r"P([0-9]+)D")
MANDATORY = (
    "ENGINE-12018 History Time To Live (TTL) cannot be null. TTL is necessary for the History Cleanup to work. "
    "The following options are possible:\n"
    "* Set historyTimeToLive in the model\n"
    "* Set a default historyTimeToLive as a global process engine configuration\n"
    "* (Not recommended) Deactivate the enforceTTL config to disable this check"
)


def history_ttl(attribute: str | None, options: Options) -> int | None:
    """The days of `camunda:historyTimeToLive`, or of the default without this attribute; None without both.

    Raises ValueError with the engine's message for a negative value, one that is no integer, or a missing one that is mandatory.
    """
    text = options.history_ttl if attribute is None else attribute
    days = _days(text) if text else None
    if days is None and options.enforce_history_ttl:
        raise ValueError(MANDATORY)
    return days


def _days(text: str) -> int:
    match = DAYS.fullmatch(text)
    number = match[1] if match else text
    days = java_int(number)
    if days is None:
        raise ValueError(f'Cannot parse historyTimeToLive: For input string: "{number}"')
    if days < 0:
        raise ValueError("Cannot parse historyTimeToLive: negative value is not allowed")
    return days
