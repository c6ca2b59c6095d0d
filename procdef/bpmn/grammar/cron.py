"""Cron expressions of six fields, from seconds to days of the week, and their nicknames."""

from __future__ import annotations

import re
from dataclasses import dataclass

NICKNAMES = frozenset({"@annually", "@daily", "@hourly", "@midnight", "@monthly", "@weekly", "@yearly"})
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
RANGE = re.compile(r"(?P<from>\w+)(?:-(?P<to>\w+))?", re.ASCII)


class CronError(ValueError):
    """A cron expression with a fault; the text is close to the engine's."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its bounds, names for its numbers, and the values of its own as a pattern, in which a group is a number."""

    low: int
    high: int
    names: tuple[str, ...] = ()
    special: str = "(?!)"
    is_cyclic: bool = False

    def check(self, text: str) -> None:
        """Raise CronError unless the text is a list of values, ranges and steps of this field."""
        for item in text.upper().split(","):
            special = re.fullmatch(self.special, item, re.ASCII)
            if special is None:
                self._steps(item)
            else:
                for value in filter(None, special.groups()):
                    self._number(value)

    def _steps(self, item: str) -> None:
        values, slash, step = item.partition("/")
        if values not in ("*", "") or (not slash and not values):
            self._range(item, values)
        if slash and not (step.isascii() and step.isdigit()):
            raise CronError(f"Failed to parse cron expression. Invalid expression: {item}")
        if slash and not max(self.low, 1) <= int(step[:9]) <= self.high:
            raise CronError(f"Failed to parse cron expression. Period {step} not in range [{self.low}, {self.high}]")

    def _range(self, item: str, values: str) -> None:
        match = RANGE.fullmatch(values)
        if match is None:
            raise CronError(f"Failed to parse cron expression. Invalid expression: {item}")
        first, last = self._number(match["from"]), self._number(match["to"] or match["from"])
        if first > last and not self.is_cyclic and match["from"].isdigit():
            raise CronError(f"Failed to parse cron expression. Invalid range! [{first},{last}]")

    def _number(self, text: str) -> int:
        if text in self.names:
            return self.names.index(text) + 1
        if not text.isdigit():
            raise CronError(f"Failed to parse cron expression. Invalid chars in expression! Expression: {text} Invalid chars: {text}")
        if not self.low <= int(text[:9]) <= self.high:
            raise CronError(f"Failed to parse cron expression. Value {text} not in range [{self.low}, {self.high}]")
        return int(text)


FIELDS = (
    Field(0, 59),
    Field(0, 59),
    Field(0, 23),
    Field(1, 31, special=r"\?|L|LW|L-(\d+)|(\d+)[LW]"),
    Field(1, 12, MONTHS),
    Field(0, 7, DAYS, special=r"\?|L|(\w+)L|(\w+)#\d+", is_cyclic=True),
)


def check_cron(text: str) -> None:
    """Look at a cron expression; one of several alternatives with `|` between is taken on trust.

    Raises CronError for another number of fields, or a value that its field does not have.
    """
    if not text:
        raise CronError("Empty expression!")
    if text in NICKNAMES or "|" in text:
        return
    parts = text.split()
    if len(parts) != len(FIELDS):
        raise CronError(f"Cron expression contains {len(parts)} parts but we expect one of [6]")
    for field, part in zip(FIELDS, parts, strict=True):
        field.check(part)
