"""The reference page of the parse rules."""

from __future__ import annotations

from collections.abc import Mapping

from procdef.bpmn.rules.catalogue import themes
from procdef.bpmn.rules.parse_rule import ParseRule
from procdef.reference.markdown import code, grid, page, plain

CHECKS = """\
A BPMN file is checked against the XML schema of BPMN 2.0 and against the rules of this page, which are those of an engine of version 7.24.
Of the processes only the executable ones are checked against the rules. The rules under *Definitions* and *Diagram interchange* concern the
whole file."""
LEVELS = """\
A file that breaks a rule of the level *error* is refused with all its errors and warnings: see `ParseException` in
[Errors](errors.md). A file that breaks only rules of the level *warning* is accepted, and no answer lists its warnings."""
COLUMNS = """\
The column *Message* has the engine's message. A name in italics is replaced by a value of the file. The column *Elements* has the elements
that can break the rule; `activity` means every task, subprocess, call activity, event and gateway. The name of a rule is used on
this page only: a response has the message."""
STOPS = """\
An engine stops at some faults instead of reporting a rule, for example at a wrong expression, at two activities with the same id, or at
two elements where it expects one. The rest of the file is not checked. The answer then has the errors before this fault; if there are
none, it has the message of the engine, which begins with `ENGINE-01009`."""


def pages() -> Mapping[str, str]:
    """The page by its file name."""
    parts = [part for theme in themes() for part in (f"## {theme.title}", theme.summary, _table(theme.rules))]
    return {"bpmn-rules.md": page("Parse rules of BPMN files", CHECKS, LEVELS, COLUMNS, STOPS, *parts)}


def _table(rules: tuple[ParseRule, ...]) -> str:
    rows = ((code(rule.id), rule.summary, ", ".join(map(code, rule.elements)), _level(rule), _message(rule)) for rule in rules)
    return grid(("Rule", "What it demands", "Elements", "Level", "Message"), rows)


def _level(rule: ParseRule) -> str:
    return "warning" if rule.is_warning else "error"


def _message(rule: ParseRule) -> str:
    return plain(rule.message.strip()).format_map(_Italics())


class _Italics(dict[str, str]):
    """The names of the values in a message, each in italics."""

    def __missing__(self, name: str) -> str:
        return f"*{name}*"
