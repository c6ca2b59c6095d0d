"""Answers in a form that two servers can share: ids and times by stable name, the order of equals left open."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from tests.contract.requests import Request

RECORDED = Path(__file__).with_name("answers.json")
KEPT = ("content-type", "content-disposition")
MADE_UP = ("deploymentId", "processDefinitionId", "executionId", "processInstanceId", "causeIncidentId", "rootCauseIncidentId")
SORT_MEMBERS = {"deployTime": "deploymentId", "incidentId": "id", "userId": "id"}


@dataclass(frozen=True)
class Answer:
    """Status, headers that matter, and body: parsed where it is JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any


class Names:
    """The stable names of what one server made up."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.values = dict(names)
        self._by_value = {value: name for name, value in names.items()}
        values = sorted(map(re.escape, self._by_value), key=len, reverse=True)
        self._pattern = re.compile(f"(?<![\\w:-])({'|'.join(values)})(?![\\w:-])")

    def path(self, request: Request) -> str:
        """A request's path with the names replaced."""
        return re.sub(r"\{(@[^}]*)\}", lambda found: quote(self.values[unquote(found[1])], safe=":"), request.path)

    def stable(self, text: str) -> str:
        """A text with names in place of what the server made up."""
        return self._pattern.sub(lambda found: self._by_value[found[1]], text) if self._by_value else text


def answer_of(names: Names, status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    """An answer by stable names."""
    kept = {name.lower(): names.stable(value) for name, value in headers.items() if name.lower() in KEPT and value}
    text = names.stable(body.decode("utf-8", "backslashreplace"))
    if "json" not in kept.get("content-type", ""):
        return Answer(status, kept, text)
    return Answer(status, kept, json.loads(text) if text else "")


def arranged(request: Request, body: Any) -> Any:
    """A list with the members of each group of equals in one order; in a list without order all are equals."""
    if not isinstance(body, list) or not all(isinstance(item, dict) for item in body):
        return sorted(body) if isinstance(body, list) else body
    query = parse_qs(urlsplit(request.path).query, keep_blank_values=True)
    sort = query.get("sortBy", [""])[0]
    member = SORT_MEMBERS.get(sort, sort)
    if sort == "deployTime" or (member and member not in (*MADE_UP, "id")):
        groups = [list(items) for _, items in groupby(body, lambda item: item[member])]
    elif re.search("firstResult|maxResults|/resources", request.path):
        return body
    else:
        groups = [body]
    return [item for group in groups for item in sorted(group, key=_canonical)]


def _canonical(item: Any) -> str:
    return json.dumps(item, sort_keys=True)


class Recording:
    """The recorded answers by the request's label; an object that is in many lists is stored once."""

    def __init__(self) -> None:
        self.incidents: list[dict[str, Any]] = []
        self._objects: dict[str, int] = {}
        self._answers: dict[str, dict[str, Answer]] = {}

    def add(self, server: str, request: Request, answer: Answer) -> None:
        """Add an answer of one of the servers: `h2`, or `postgres`, which is written only where it differs."""
        self._answers.setdefault(request.label, {})[server] = answer

    @property
    def labels(self) -> set[str]:
        """The labels of the requests whose answers were recorded."""
        return set(self._answers)

    def of(self, server: str, request: Request) -> Answer:
        answers = self._answers[request.label]
        return answers.get(server, answers["h2"])

    def save(self) -> None:
        lines = []
        for label, answers in self._answers.items():
            alternative = {} if answers["postgres"] == answers["h2"] else {"postgres": self._packed(answers["postgres"])}
            lines.append(json.dumps([label, self._packed(answers["h2"]), *alternative.values()], ensure_ascii=False, separators=(",", ":")))
        incidents = json.dumps(self.incidents, ensure_ascii=False)
        parts = {"incidents": incidents, "objects": _column(self._objects), "answers": _column(lines)}
        text = "{" + ",\n".join(f'"{name}":{part}' for name, part in parts.items()) + "}\n"
        RECORDED.write_text(text, encoding="utf-8")

    @classmethod
    def load(cls) -> Recording:
        recording, stored = cls(), json.loads(RECORDED.read_text(encoding="utf-8"))
        recording.incidents = stored["incidents"]
        for label, *answers in stored["answers"]:
            unpacked = [_unpacked(stored["objects"], answer) for answer in answers]
            recording._answers[label] = dict(zip(("h2", "postgres"), unpacked, strict=False))
        return recording

    def _packed(self, answer: Answer) -> list[Any]:
        body = answer.body
        if isinstance(body, list) and all(isinstance(item, dict) for item in body):
            body = [self._number(item) for item in body]
        headers = dict(answer.headers)
        if headers.get("content-type") == "application/json":
            del headers["content-type"]
        elif "content-type" not in headers:
            headers["content-type"] = ""
        return [answer.status, body, headers] if headers else [answer.status, body]

    def _number(self, item: Any) -> int:
        text = json.dumps(item, ensure_ascii=False, separators=(",", ":"))
        return self._objects.setdefault(text, len(self._objects))


def _column(lines: Iterable[str]) -> str:
    return "[\n" + ",\n".join(lines) + "\n]"


def _unpacked(objects: Sequence[Any], packed: Sequence[Any]) -> Answer:
    status, body, headers = packed[0], packed[1], {"content-type": "application/json", **(packed[2] if len(packed) > 2 else {})}
    if isinstance(body, list):
        body = [objects[item] if isinstance(item, int) else item for item in body]
    return Answer(status, {name: value for name, value in headers.items() if value}, body)
