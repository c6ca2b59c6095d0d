"""Random files that use things, what they use by XPath over the files, and what plain Python answers to questions about that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

from lxml import etree

from tests.camunda.registry.asked import Row, alternatives, answer, like
from tests.samples import EXTENSIONS, MODEL

KEYS = ("a", "A", "b", "c")
TENANTS = ("", "x", "y")
ACTIVITI = "http://activiti.org/bpmn"
SPACES = {"m": MODEL, "c": EXTENSIONS, "a": ACTIVITI}
SHARED = ("shipping", "a:b,c", "Ship", "ü", "${pick(a, b)}", "order")
"""Values of several kinds."""
BINDINGS = (
    "",
    'c:calledElementBinding="latest"',
    'c:calledElementBinding="deployment"',
    *(f'c:calledElementBinding="version" c:calledElementVersion="{version}"' for version in ("1", "2", "+1", "none", "${x}")),
    *(f'c:calledElementBinding="versionTag" c:calledElementVersionTag="{tag}"' for tag in ("v1", "v2")),
    'c:calledElementTenantId="x"',
    'c:calledElementBinding="version" c:calledElementVersion="1" c:calledElementTenantId="y"',
)
ROOTS = """
  <message id="m1" name="shipping"/><message id="m2" name="Ship"/><signal id="s1" name="order"/><error id="e1" errorCode="shipping"/>
  <error id="e2" errorCode="none"/>"""
LITERAL = ("property", "documentation", "template")


def _value(random: Random) -> str:
    return quoteattr(random.choice(SHARED))


PARTS: Sequence[Callable[[Random, str], str]] = (
    lambda random, ident: f'<serviceTask {ident} c:type="external" c:topic={_value(random)} c:modelerTemplate={_value(random)}/>',
    lambda random, ident: f"<serviceTask {ident} c:class={_value(random)}/>",
    lambda random, ident: f'<serviceTask {ident} xmlns:a="{ACTIVITI}" a:delegateExpression={_value(random)}/>',
    lambda random, ident: f"<serviceTask {ident} c:expression={_value(random)}/>",
    lambda random, ident: f'<userTask {ident} c:candidateUsers="mary, john,mary" c:assignee={_value(random)} c:formKey={_value(random)}/>',
    lambda random, ident: f'<userTask {ident} c:candidateGroups="sales,,{random.choice(("shipping", "${x(1,2)}"))}"/>',
    lambda random, ident: f"<businessRuleTask {ident} c:decisionRef={_value(random)}/>",
    lambda random, ident: f"<receiveTask {ident} messageRef={quoteattr(random.choice(('m1', 'm2')))}/>",
    lambda random, ident: f"<callActivity {ident} calledElement={quoteattr(random.choice((*KEYS, '${key}')))} {random.choice(BINDINGS)}/>",
    lambda random, ident: f"<callActivity {ident} calledElement={quoteattr(random.choice(KEYS))}/>",
    lambda _random, ident: f'<intermediateThrowEvent {ident}><signalEventDefinition signalRef="s1"/></intermediateThrowEvent>',
    lambda random, ident: f'<endEvent {ident}><errorEventDefinition errorRef="{random.choice(("e1", "e2"))}"/></endEvent>',
    lambda _random, ident: f'<scriptTask {ident} scriptFormat="groovy"><script>1</script></scriptTask>',
    lambda _random, ident: (
        f"<intermediateCatchEvent {ident}><timerEventDefinition><timeDuration>PT5M</timeDuration></timerEventDefinition>"
        "</intermediateCatchEvent>"
    ),
    lambda _random, ident: f"<task {ident}><documentation> Ship\nthe order </documentation></task>",
    lambda random, ident: _extended(
        ident, f'<c:executionListener event="start" class={_value(random)}/><c:executionListener event="end" class="Ship"/>'
    ),
    lambda random, ident: _extended(ident, f'<c:properties><c:property name="owner" value={_value(random)}/></c:properties>'),
)


def _extended(ident: str, inside: str) -> str:
    return f"<task {ident}><extensionElements>{inside}</extensionElements></task>"


def random_file(random: Random, key: str) -> bytes:
    """A file of one or two processes."""
    others = [f"{key}2"] if random.random() < 0.2 else []
    processes = "".join(_process(random, each) for each in (key, *others))
    head = f'<definitions xmlns="{MODEL}" xmlns:c="{EXTENSIONS}" targetNamespace={quoteattr(random.choice(("a", "urn:a")))}>'
    return f"{head}{ROOTS}{processes}</definitions>".encode()


def _process(random: Random, key: str) -> str:
    names = ["", ' name="Ship it"', ' name="ü"']
    parts = [random.choice(PARTS)(random, f'id="{key}-{number}"{random.choice(names)}') for number in range(random.choice((1, 2, 3, 5, 8)))]
    if len(parts) > 4:
        parts[3:] = [f'<subProcess id="{key}-sub"><startEvent id="{key}-inner"/>{"".join(parts[3:])}</subProcess>']
    starters = random.choice(("", ' c:candidateStarterUsers="mary"', ' c:candidateStarterGroups="sales, ops"'))
    tag, name = random.choice(("", ' c:versionTag="v1"', ' c:versionTag="v2"')), random.choice(("", ' name="Order a"', ' name="Ä"'))
    return f'<process id="{key}" isExecutable="true"{starters}{tag}{name}><startEvent id="{key}-start"/>{"".join(parts)}</process>'


class Found(NamedTuple):
    """A use as the oracle finds it."""

    kind: str
    value: str
    activity_id: str
    activity_type: str
    activity_name: str | None

    @property
    def dynamic(self) -> bool:
        return self.kind not in LITERAL and ("${" in self.value or "#{" in self.value)


ATTRIBUTES = {
    "topic": "@c:topic",
    "class": "self::m:serviceTask/@c:class",
    "delegateExpression": "@c:delegateExpression|@a:delegateExpression",
    "expression": "@c:expression",
    "listener": "m:extensionElements/c:executionListener/@class",
    "calledElement": "@calledElement",
    "decision": "@c:decisionRef",
    "form": "@c:formKey",
    "message": "/m:definitions/m:message[@id=current/@messageRef]/@name",
    "signal": "/m:definitions/m:signal[@id=current/m:signalEventDefinition/@signalRef]/@name",
    "error": "/m:definitions/m:error[@id=current/m:errorEventDefinition/@errorRef]/@errorCode",
    "timer": "m:timerEventDefinition/m:timeDuration/text()",
    "script": "@scriptFormat",
    "assignee": "@c:assignee",
    "template": "@c:modelerTemplate",
}
LISTS = {
    "candidateUser": "@c:candidateUsers|@c:candidateStarterUsers",
    "candidateGroup": "@c:candidateGroups|@c:candidateStarterGroups",
}


def uses_of(data: bytes, key: str) -> list[Found]:
    """The uses of a process, each once for an activity."""
    (process,) = etree.fromstring(data).xpath("//m:process[@id=$key]", namespaces=SPACES, key=key)
    elements = process.xpath("descendant-or-self::m:*[@id]", namespaces=SPACES)
    return list(dict.fromkeys(use for element in elements for use in _uses(element)))


def _uses(element: Any) -> Iterator[Found]:
    where = (element.get("id"), etree.QName(element).localname, element.get("name"))
    for kind, path in ATTRIBUTES.items():
        yield from (Found(kind, value, *where) for value in _values(element, path) if value)
    for kind, path in LISTS.items():
        for text in _values(element, path):
            items = [text] if "$" in text and "," not in text.split("$")[0] else text.replace("1,2", "1;2").split(",")
            yield from (Found(kind, item.strip().replace("1;2", "1,2"), *where) for item in items if item.strip())
    for part in element.xpath("m:extensionElements/c:properties/c:property", namespaces=SPACES):
        yield Found("property", f"{part.get('name')}={part.get('value')}", *where)
    for part in element.xpath("m:documentation", namespaces=SPACES):
        yield Found("documentation", part.text.strip(), *where)


def _values(element: Any, path: str) -> list[str]:
    if "current/" not in path:
        return [str(value) for value in element.xpath(path, namespaces=SPACES)]
    before, _, reference = path.partition("[@id=current/")
    reference, _, after = reference.partition("]")
    ids = element.xpath(reference, namespaces=SPACES)
    return [str(value) for ident in ids for value in element.xpath(f"{before}[@id=$id]{after}", namespaces=SPACES, id=str(ident))]


@dataclass
class Asked:
    """The definitions of a store as plain rows, and what each uses."""

    rows: list[dict[str, Any]]
    uses: Mapping[str, list[Found]]
    files: Mapping[str, bytes]

    def usage(self, question: Mapping[str, Any]) -> list[tuple[Row, Found]]:
        """The uses that match."""
        tests: list[Callable[[Found], bool]] = []
        if question.get("kind"):
            tests.append(lambda use: use.kind == question["kind"])
        if question.get("value") is not None:
            tests.append(lambda use: use.value == question["value"])
        if question.get("valueLike") is not None:
            tests.append(lambda use: like(question["valueLike"], use.value))
        found = [(row, use) for row in self.definitions(question) for use in self.uses[row["id"]]]
        return [(row, use) for row, use in found if all(test(use) for test in tests)]

    def catalog(self, question: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The values that are used, with their numbers."""
        found = self.usage(question)
        activities = Counter((use.kind, use.value, use.dynamic) for _, use in found)
        definitions = Counter(used for _, used in {(row["id"], (use.kind, use.value)) for row, use in found})
        return [
            {"kind": kind, "value": value, "dynamic": dynamic, "definitions": definitions[kind, value], "activities": number}
            for (kind, value, dynamic), number in activities.items()
        ]

    def definitions(self, question: Mapping[str, Any]) -> list[Row]:
        """The definitions that match, also by what they use."""
        rows = [row for row in self.rows if all(self.is_used(row, use) for use in question.get("uses") or ())]
        groups = [group for group in question.get("orQueries", ()) if group.get("uses")]
        if not groups:
            return answer(rows, question)
        plain = {**question, "latestMatching": False, "orQueries": [group for group in question["orQueries"] if not group.get("uses")]}
        found = [row for row in answer(rows, plain) if all(self._matches(row, group) for group in groups)]
        return answer(found, {"latestMatching": question.get("latestMatching")})

    def is_used(self, row: Row, use: str) -> bool:
        kind, _, value = use.partition(":")
        return any((one.kind, one.value) == (kind, value) for one in self.uses[row["id"]])

    def _matches(self, row: Row, group: Mapping[str, Any]) -> bool:
        others = {name: value for name, value in group.items() if name != "uses"}
        return any(self.is_used(row, use) for use in group["uses"]) or any(test(row) for test in alternatives(others))

    def callers(self, called: Row) -> dict[str, list[str]]:
        """The call activities that mean a definition, by the id of the caller."""
        found: dict[str, list[str]] = {}
        for row in self.rows:
            (process,) = etree.fromstring(self.files[row["id"]]).xpath("//m:process[@id=$key]", namespaces=SPACES, key=row["key"])
            calls = [*process.xpath("m:callActivity", namespaces=SPACES), *process.xpath("m:subProcess/m:callActivity", namespaces=SPACES)]
            if ids := [call.get("id") for call in calls if self._meant(row, call) == called["id"]]:
                found[row["id"]] = ids
        return found

    def _meant(self, caller: Row, call: Any) -> str | None:
        given = {name: call.get(f"{{{EXTENSIONS}}}calledElement{name}") for name in ("Binding", "Version", "VersionTag", "TenantId")}
        if any("${" in (value or "") for value in (call.get("calledElement"), *given.values())):
            return None
        tenant = given["TenantId"] or caller["tenantId"]
        rows = [row for row in self.rows if row["key"] == call.get("calledElement") and row["tenantId"] == tenant]
        if given["Binding"] == "deployment":
            rows = [row for row in rows if row["deploymentId"] == caller["deploymentId"]]
        elif given["Binding"] == "version":
            rows = [row for row in rows if given["Version"] in (str(row["version"]), f"+{row['version']}")]
        elif given["Binding"] == "versionTag":
            rows = [row for row in rows if row["versionTag"] == given["VersionTag"]]
        else:
            rows = [row for row in rows if row["latest"]]
        return rows[0]["id"] if len(rows) == 1 else None
