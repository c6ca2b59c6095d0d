"""The times of timers that start a process. What is accepted was recorded from a running engine."""

from __future__ import annotations

import pytest

from procdef.errors import UnreadableBpmn
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


def test_timers_of_event_subprocesses_are_not_looked_at() -> None:
    inner = '<startEvent id="q"><timerEventDefinition><timeDate>junk</timeDate></timerEventDefinition></startEvent>'
    assert accepted(file(f'<startEvent id="s"/><subProcess id="e" triggeredByEvent="true">{inner}</subProcess>'))
