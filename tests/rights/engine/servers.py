"""Two servers side by side: an engine and procdef. A request goes to both, and their answers are made comparable.

Their ids differ, so a text for both has names for them, as `<deployment1>`. In the answers the ids become the names again.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

import httpx

ADMIN = "admin"
"""The id of the user who may do everything, and the password."""
PASSWORD = "Pa55-word-of-all"
"""The password of every other user."""
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+\d{4}")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
COUNTED = re.compile(r'"(instances|failedJobs)":\d+')
"""The numbers of what only an engine has."""
ROOT = re.compile(r'"rootProcessInstanceId":"[^"]+"')
"""The instance that is the root of another one: only an engine knows it."""


class Ask(NamedTuple):
    """A request: its method, its path with the query, and its body: JSON, or the fields and files of a form. All may have names for ids."""

    method: str
    path: str
    json: Any = None
    fields: dict[str, str] | None = None
    files: dict[str, bytes] | None = None

    def __str__(self) -> str:
        body = self.json if self.fields is None else self.fields
        return f"{self.method} {self.path}" + ("" if body is None else f" {json.dumps(body)}")


class Answer(NamedTuple):
    """An answer: its status, the first word of its media type, and its body with names for ids. A list in no order is sorted."""

    status: int
    media: str
    body: str


class Server:
    """One server, below its REST base, with the ids of the names."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.ids: dict[str, str] = {}
        self._clients: dict[str, httpx.Client] = {}

    def _client(self, user: str) -> httpx.Client:
        if user not in self._clients:
            self._clients[user] = httpx.Client(base_url=self.base, auth=(user, ADMIN if user == ADMIN else PASSWORD), timeout=120)
        return self._clients[user]

    def _named(self, text: str) -> str:
        return re.sub(r"<(\w+)>", lambda found: self.ids[found[1]], text)

    def send(self, user: str, ask: Ask) -> httpx.Response:
        """The answer of this server to a user's request."""
        more: dict[str, Any] = {}
        if ask.json is not None:
            more = {"content": self._named(json.dumps(ask.json)), "headers": {"Content-Type": "application/json"}}
        elif ask.files is not None:
            more = {"data": ask.fields, "files": [(name, (name, data)) for name, data in ask.files.items()]}
        return self._client(user).request(ask.method, self._named(ask.path), **more)

    def must(self, ask: Ask) -> Any:
        """The JSON of the answer to the administrator, which must be a success; None without a body."""
        answer = self.send(ADMIN, ask)
        if answer.status_code >= 300:
            raise RuntimeError(f"{self.base}: {ask}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def answer(self, user: str, ask: Ask) -> Answer:
        """The answer that can be compared with that of the other server."""
        found = self.send(user, ask)
        media = found.headers.get("Content-Type", "").partition(";")[0]
        text = found.text.replace(self.base, "")
        for name, ident in sorted(self.ids.items(), key=lambda item: -len(item[1])):
            text = text.replace(ident, f"<{name}>")
        text = ROOT.sub('"rootProcessInstanceId":null', text)
        text = COUNTED.sub(r'"\1":0', UUID.sub("UUID", MOMENT.sub("MOMENT", text)))
        return Answer(found.status_code, media, _sorted(text) if media == "application/json" else text)


def _sorted(text: str) -> str:
    """The text of JSON, with lists of objects in one order: the order of ids is another one on each server."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    value = _in_order(value)
    return json.dumps(sorted(value, key=json.dumps) if isinstance(value, list) else value, ensure_ascii=False)


def _in_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _in_order(member) for name, member in sorted(value.items())}
    if isinstance(value, list):
        members = [_in_order(member) for member in value]
        return sorted(members, key=json.dumps) if all(isinstance(member, dict) for member in members) else members
    return value


class Pair(NamedTuple):
    """An engine and procdef."""

    engine: Server
    procdef: Server

    def both(self, ask: Ask) -> tuple[Any, Any]:
        """The administrator sends a request that must succeed; what each one answers."""
        return self.engine.must(ask), self.procdef.must(ask)

    def name(self, name: str, ids: tuple[str, str]) -> str:
        """Give an object with two ids a name; the name for texts."""
        self.engine.ids[name], self.procdef.ids[name] = ids
        return f"<{name}>"

    def forget(self, name: str) -> None:
        """Forget a name."""
        for server in self:
            server.ids.pop(name, None)
