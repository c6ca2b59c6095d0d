"""The timers that start a process. What is accepted and refused was recorded from a running engine."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from procdef.bpmn.model import Options
from procdef.errors import TimerIsOver, UnreadableBpmn
from tests.bpmn.files import accepted, file, refusal


def timer(tag: str, text: str) -> bytes:
    return file(f'<startEvent id="s"><timerEventDefinition><{tag}>{text}</{tag}></timerEventDefinition></startEvent>')


GOOD = {
    "timeDate": (
        "2050 2050-01 2050-1-1 2050-01-01T 2050-01-01T10 2050-01-01T10:00Z 2050-01-01T10:00:00,123+01:00 20500101 "
        "2050-365 2050-W01-1 T10:00 -2050-01-01 123456-01-01 2050-01-01T10.5 2050-01-01T+01:00 2048-02-29 2048-W53 P "
        "P1D PT5M P1Y2M3DT4H5M6.5S P-1D P1y PT.5S ${x} "
    ),
    "timeDuration": (
        "PT5M P1D P1W PT1.5S P1DT1H R3/PT5M 2050-01-01/P1D P1D/2050-01-01 2050-01-01/2051-01-01 P1D/ R/PT1H/2050-01-01 P0D ${x} "
    ),
    "timeCycle": ("R3/PT5M R/PT5M R-1/PT5M R/2050-01-01/PT5M R/P1W @daily @annually ${x} "),
}
CRON = """0 0 12 * * ?|0 0/5 * * * ?|0 0 12 ? * MON-FRI|0 0 12 * * MON|0 0 12 ? * 6#3|0 0 12 L * ?|0 0 12 LW * ?
0 0 12 15W * ?|0 0 12 ? * 6L|0 0 12 ? * 0|0 0 12 ? * 7|0 0 12 ? * SAT-TUE|0 0 12 L-3 * ?|0 0 12 1 NOV-FEB ?
0 0 12 * jan ?|0  0 12 * * ?|1,2-5,7/3 * * * * ?|00 05 012 * * ?|0 0 12 /5 * ?|0 0 12 *,5 * ?
0 0 12 ? * MON-FRI/2|0 0 12 ? * 1,2,MON-WED,5L|0 */59 * * * ?"""
BAD = {
    "timeDate": (
        "junk 10:00 2050-13-01 2050-02-30 2050-366 2050-W53 2050-01-01T24:00 2050-01-01T10:60 2050- PT P1 -P1D PT1.5H "
        "P1DT p1d T 2050-01-01Z "
    ),
    "timeDuration": ("junk P1.5W P-1D P PT 2050-01-01 / R R3/ PT5M/x x/PT5M P1M2W PT5.5M PT5m P1D/P1D a/b/c/d "),
    "timeCycle": ("junk R R3 Rx/PT5M R3/junk PT5M R3//PT5M R/PT @reboot @foo "),
}
BAD_CRON = """0 0 12 * *|0 0 12 * * ? *|60 0 12 * * ?|0 0 24 * * ?|0 0 12 * FOO ?|0 0 12 ? * 8|0 5-2 12 * * ?|0 0/0 * * * ?
0 0 12 32 * ?|0 0 12 0 * ?|0 0 12 * 13 ?|-1 * * * * ?|0 0 12 ?/2 * ?|? * * * * ?|L * * * * ?|0 0 12 5#2 * ?
0 0 12 ? * MON,|0 0 12 1- * ?|0 0 12 1/ * ?|0 0 12 */* * ?|0 0 12 1-5-7 * ?|0 0 12 ? * 1#|0 0 12 32W * ?
0 0 12 ? * MONDAY|a * * * * ?|0 0/60 * * * ?|0 0 12 ? * */8"""


def pairs(texts: dict[str, str], cron: str) -> list[tuple[str, str]]:
    single = [(tag, text) for tag, line in texts.items() for text in line.split()]
    return single + [("timeCycle", text) for line in cron.splitlines() for text in line.split("|")]


@pytest.mark.parametrize(("tag", "text"), pairs(GOOD, CRON))
def test_good(tag: str, text: str) -> None:
    assert accepted(timer(tag, text))


@pytest.mark.parametrize(("tag", "text"), [*pairs(BAD, BAD_CRON), ("timeDate", ""), ("timeDuration", ""), ("timeCycle", "")])
def test_bad(tag: str, text: str) -> None:
    problem = refusal(timer(tag, text))
    assert isinstance(problem, UnreadableBpmn)
    code = (
        "ENGINE-09026 Exception while parsing cycle expression" if tag == "timeCycle" else "ENGINE-09027 Exception while resolving duedate"
    )
    assert str(problem).startswith(f"{code} '{text}': ")


@pytest.mark.parametrize(
    ("tag", "text", "reason"),
    [
        ("timeDate", "junk", 'Invalid format: "junk"'),
        ("timeDate", "2050-13-01", 'Cannot parse "2050-13-01": Value 13 for monthOfYear must be in the range [1,12]'),
        ("timeDuration", "P1.5W", "P1.5W"),
        ("timeDuration", "R3", "Index 0 out of bounds for length 0"),
        ("timeCycle", "junk", "Cron expression contains 1 parts but we expect one of [6]"),
        ("timeCycle", "", "Empty expression!"),
        ("timeCycle", "60 0 12 * * ?", "Failed to parse cron expression. Value 60 not in range [0, 59]"),
    ],
)
def test_reasons(tag: str, text: str, reason: str) -> None:
    assert str(refusal(timer(tag, text))).endswith(f"'{text}': {reason}")


MOMENT = Options(moment=datetime(2026, 11, 27, 12, 45, tzinfo=UTC))
ALIVE = {
    "timeDate": "2020-01-01T00:00:00Z P-1D P1D",
    "timeDuration": (
        "2020-01-01T00:00:00Z/PT1H PT1H/2020-01-01T00:00:00Z 2020-01-01T00:00:00Z/2020-01-02T00:00:00Z R0/PT1H R/2020-01-01T00:00:00Z/PT1H "
        "R1/2020-01-01/P10Y"
    ),
    "timeCycle": (
        "R/2020-01-01T00:00:00Z/PT1H R61000/2020-01-01T00:00:00Z/PT1H R100000000/2020-01-01T00:00:00Z/PT1H R2/2020-01-01T00:00:00Z/P10Y "
        "R1/2020-01-01T00:00:00Z/P10Y R/2020-01-01T00:00:00Z/2020-01-01T01:00:00Z R3/2020-01-01T00:00:00Z/2099-01-01T01:00:00Z "
        "R3/PT1H/2099-01-01T00:00:00Z R/PT1H/2099-01-01T00:00:00Z R3/PT1H R0/PT1H R-1/PT1H R0/2099-01-01T00:00:00Z/PT1H "
        "R-1/2099-01-01T00:00:00Z/PT1H R3/P0D R82/2020-01-31T00:00:00Z/P1M R84/2020-01-31T00:00:00Z/P1M R361/2020-01-01T00:00:00Z/P1W "
        "R2/PT10H/2026-11-27T13:30:00Z R200/PT10H/2026-11-27T13:30:00Z R3/2026-11-27T12:00:00Z/2026-11-27T12:30:00Z "
        "R2/2026-11-27T12:00:00Z/PT30M R1/2026-11-27T12:00:00Z/PT3H R0/99999-01-01/P1D R1/2026-11-27T13:00:00+00:00/PT1S "
        "R1/2026-11-27T12:30:00-01:00/PT1S R1/2026-11-27T12.9/PT1S R1/2026-W48-6/P1D R1/2026-332/P1D R9/2020-01-01/P999999999999D"
    ),
}
OVER = {
    "timeDuration": "R3/PT1H/2020-01-01T00:00:00Z R3/2020-01-01T00:00:00Z/PT1H R0/2020-01-01T00:00:00Z/P20Y",
    "timeCycle": (
        "R3/2020-01-01T00:00:00Z/PT1H R0/2020-01-01T00:00:00Z/PT1H R1/2020-01-01T00:00:00Z/PT1H R60000/2020-01-01T00:00:00Z/PT1H "
        "R3/2020-01-01T00:00:00Z/2020-01-01T01:00:00Z R3/PT1H/2020-01-01T00:00:00Z R/PT1H/2020-01-01T00:00:00Z "
        "R3/2020-01-01T00:00:00Z/PT0S R3/2020-01-01/P1D R3/2020-01-01T00:00:00/P1D R3/2020-01-01T00:00:00Z/PT1H/ "
        "R81/2020-01-31T00:00:00Z/P1M R360/2020-01-01T00:00:00Z/P1W R1/2026-11-27T12:00:00Z/PT30M R0/2026-11-27T12:00:00Z/PT3H "
        "R1/2026-11-27T13:40:00+01:00/PT1S R1/2026-11-27T12.5/PT1S R1/2026-W48-5/PT1S R1/2026-331/PT1S R1/T12:00/PT1S R3/-5000-01-01/P1M "
        "R1/2026-11-27T13:40:00+01/PT1S R1/2026-11-27T13:40:00+010000/PT1S R3/2020-01-01/2019-01-01"
    ),
}


@pytest.mark.parametrize(("tag", "text"), pairs(ALIVE, ""))
def test_timers_with_a_time_to_come(tag: str, text: str) -> None:
    assert accepted(timer(tag, text), MOMENT)


@pytest.mark.parametrize(("tag", "text"), pairs(OVER, ""))
def test_timers_that_are_over(tag: str, text: str) -> None:
    problem = refusal(timer(tag, text), MOMENT)
    assert isinstance(problem, TimerIsOver)
    assert str(problem) == f"duedate is null: all times of the start timer '{text}' are past"
    assert accepted(timer(tag, text))


def test_timers_of_event_subprocesses_are_not_looked_at() -> None:
    inner = '<startEvent id="q"><timerEventDefinition><timeDate>junk</timeDate></timerEventDefinition></startEvent>'
    assert accepted(file(f'<startEvent id="s"/><subProcess id="e" triggeredByEvent="true">{inner}</subProcess>'))
