"""The REST APIs as people read them: what their OpenAPI documents say, as groups, requests, rows and objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from typing import Any, NamedTuple

import orjson

from procdef.camunda import openapi as camunda_document
from procdef.camunda import surface as camunda
from procdef.frends import openapi as frends_document
from procdef.frends import surface as frends

SERVERS = "servers"
"""What a path has besides its methods, where its base is another one."""
SAMPLES: Mapping[str, Any] = {"string": "…", "integer": 1, "number": 1, "boolean": True, "array": [], "object": {}}
"""An example of a value by its type."""
Schema = Mapping[str, Any]


class Row(NamedTuple):
    """A parameter, or a member of an object: its name, where it stands, its type, whether it must be given, and what it means."""

    name: str
    place: str
    type: str
    required: bool
    help: str


class Reply(NamedTuple):
    """An answer: its status, what it means, its media types, and the type of its body."""

    status: str
    help: str
    media: str
    type: str


class Body(NamedTuple):
    """The body of a request: its media type, its type, its members, and the words of a command that sends it."""

    media: str
    type: str
    rows: list[Row]
    command: str


class Operation(NamedTuple):
    """A request as its document has it."""

    id: str
    method: str
    path: str
    tag: str
    summary: str
    text: str
    parameters: list[Row]
    body: Body | None
    replies: list[Reply]

    def command(self, root: str, login: str = "") -> str:
        """An example as a command, with the arguments that log in. Names in braces stand for values."""
        method = "" if self.method == "GET" else f" -X {self.method}"
        required = "&".join(f"{row.name}={{{row.name}}}" for row in self.parameters if row.required and row.place == "query")
        body = "" if self.body is None else self.body.command
        return f"curl{method}{body} {login}'{root}{self.path}{f'?{required}' if required else ''}'"


class RestApi:
    """One API: its name in URLs, its title, the path of its document, and what the document says. It is read when it is first needed."""

    def __init__(self, name: str, title: str, path: str, make: Callable[[], bytes]) -> None:
        self.name, self.title, self.path = name, title, path
        self._make = make

    @cached_property
    def document(self) -> Mapping[str, Any]:
        """The document."""
        found: Mapping[str, Any] = orjson.loads(self._make())
        return found

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """The requests by id, in the order of the document."""
        return {found.id: found for found in self._operations()}

    @cached_property
    def groups(self) -> Mapping[str, list[Operation]]:
        """The requests by group."""
        groups: dict[str, list[Operation]] = {tag["name"]: [] for tag in self.document["tags"]}
        for operation in self.operations.values():
            groups[operation.tag].append(operation)
        return groups

    @cached_property
    def objects(self) -> Mapping[str, tuple[str, list[Row]]]:
        """The objects of bodies and answers by name: what each is, and its members."""
        schemas = self.document["components"]["schemas"]
        return {name: (schema.get("description", ""), [*_members(schema)]) for name, schema in schemas.items()}

    def _operations(self) -> Iterator[Operation]:
        base = self.document["servers"][0]["url"]
        for path, found in self.document["paths"].items():
            root = "" if SERVERS in found else base
            yield from (self._operation(method, root + path, row) for method, row in found.items() if method != SERVERS)

    def _operation(self, method: str, path: str, row: Mapping[str, Any]) -> Operation:
        parameters = [_parameter(each) for each in row["parameters"]]
        body = self._body(row["requestBody"]["content"]) if "requestBody" in row else None
        replies = [_reply(status, self._whole(answer)) for status, answer in row["responses"].items()]
        name = row["operationId"]
        return Operation(name, method.upper(), path, row["tags"][0], row["summary"], row["description"], parameters, body, replies)

    def _body(self, content: Mapping[str, Any]) -> Body:
        media, found = next(iter(content.items()))
        schema = self._whole(found["schema"])
        command = _form(schema) if media.startswith("multipart") else _json(media, schema)
        return Body(media, type_of(found["schema"]), [*_members(schema)], command)

    def _whole(self, found: Schema) -> Schema:
        """What a reference refers to; anything else unchanged."""
        if "$ref" not in found:
            return found
        part: Schema = self.document
        for name in found["$ref"].split("/")[1:]:
            part = part[name]
        return part


APIS = {
    api.name: api
    for api in (
        RestApi("camunda", "Definitions, as Camunda 7 answers", "/openapi.json", lambda: camunda_document.text_of(camunda.ROUTES)),
        RestApi("processes", "Processes by GUID", frends.DOCUMENT, lambda: frends_document.text_of(frends.ROUTES)),
    )
}
"""The APIs by their names in URLs."""


@cache
def simple(name: str) -> str:
    """The name of an object, as a reference to it has it."""
    return name.rpartition("/")[2]


def type_of(schema: Schema) -> str:
    """The type of a value, in words."""
    if "$ref" in schema:
        return simple(schema["$ref"])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(type_of(each) for each in schema["anyOf"]))
    if "enum" in schema:
        return " or ".join(map(_word, schema["enum"]))
    types = schema.get("type", "anything")
    return " or ".join(_type(name, schema) for name in ([types] if isinstance(types, str) else types))


def _type(name: str, schema: Schema) -> str:
    if name == "array" and "items" in schema:
        return f"list of {type_of(schema['items'])}"
    return f"{name} ({schema['format']})" if "format" in schema and name != "null" else name


def _word(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _parameter(row: Mapping[str, Any]) -> Row:
    return Row(row["name"], row["in"], type_of(row["schema"]), row.get("required", False), row["description"])


def _members(schema: Schema) -> Iterator[Row]:
    required = schema.get("required", ())
    for name, member in schema.get("properties", {}).items():
        yield Row(name, "", type_of(member), name in required, member.get("description", ""))


def _reply(status: str, answer: Mapping[str, Any]) -> Reply:
    content = answer.get("content", {})
    types = dict.fromkeys(type_of(found["schema"]) for found in content.values() if found["schema"])
    return Reply(status, answer["description"], ", ".join(content), ", ".join(types))


def _json(media: str, schema: Schema) -> str:
    names = schema.get("required") or [*schema.get("properties", ())][:1]
    sample = orjson.dumps({name: _sample(schema["properties"][name]) for name in names}).decode()
    return f" -H 'Content-Type: {media}' -d '{sample}'"


def _sample(schema: Schema) -> Any:
    types = schema.get("type", "object")
    return SAMPLES[types if isinstance(types, str) else types[0]]


def _form(schema: Schema) -> str:
    names = schema.get("required", ()) or ("file",)
    return "".join(f" -F '{name}=@file'" if "file" in name else f" -F '{name}=…'" for name in names)
