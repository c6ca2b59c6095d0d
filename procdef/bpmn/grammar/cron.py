"""Cron expressions: six fields, from seconds to days of the week, or a nickname such as `@daily`."""

from __future__ import annotations

import re
from dataclasses import dataclass

NICKNAMES = frozenset({"@annually", "@daily", "@hourly", "@midnight", "@monthly", "@weekly", "@yearly"})
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
RANGE = re.compile(r"(?P<from>\w+)(?:-(?P<to>\w+))?", re.ASCII)


class CronError(ValueError):
    """A wrong cron expression; the message is close to the engine's."""


@dataclass(frozen=True, slots=True)
class CronField:
    """A field of a cron expression.

    `low` and `high` are its bounds, `names` the names of its numbers from 1 on. `special` is a pattern of its special values, in which
    each group is a number of the field. With `is_cyclic` a range may end below its start.
    """

    low: int
    high: int
    names: tuple[str, ...] = ()
    special: str = "(?!)"
    is_cyclic: bool = False

    def check(self, text: str) -> None:
        """Check a comma-separated list of values, ranges and steps.

        Raises CronError for a wrong one.
        """
        for item in text.upper().split(","):
            special = re.fullmatch(self.special, item, re.ASCII)
            if special is None:
                self._check_steps(item)
            else:
                for value in filter(None, special.groups()):
                    self._number(value)

    def _check_steps(self, item: str) -> None:
        values, slash, step = item.partition("/")
        if values not in ("*", "") or (not slash and not values):
            self._check_range(item, values)
        if slash and not (step.isascii() and step.isdigit()):
            raise CronError(f"Failed to parse cron expression. Invalid expression: {item}")
        if slash and not max(self.low, 1) <= int(step[:9]) <= self.high:
            raise CronError(f"Failed to parse cron expression. Period {step} not in range [{self.low}, {self.high}]")

    def _check_range(self, item: str, values: str) -> None:
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
    CronField(0, 59),
    CronField(0, 59),
    CronField(0, 23),
    CronField(1, 31, special=r"\?|L|LW|L-(\d+)|(\d+)[LW]"),
    CronField(1, 12, MONTHS),
    CronField(0, 7, DAYS, special=r"\?|L|(\w+)L|(\w+)#\d+", is_cyclic=True),
)


def check_cron(text: str) -> None:
    """Check a cron expression; one of several alternatives, separated by `|`, is not checked.

    Raises CronError for another number of fields, or a wrong value.
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
