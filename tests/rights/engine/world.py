"""The same random world on two servers: users, groups, tenants with members, deployments, incidents and authorizations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from random import Random
from typing import Any, NamedTuple

from procdef.rights.object_types import (
    AUTHORIZATION,
    DEPLOYMENT,
    GROUP,
    GROUP_MEMBERSHIP,
    OBJECT_TYPES,
    PROCESS_DEFINITION,
    PROCESS_INSTANCE,
    REPORTED_INCIDENT,
    SYSTEM,
    TENANT,
    TENANT_MEMBERSHIP,
    USER,
    ObjectType,
)
from tests.rights.engine.servers import ADMIN, PASSWORD, Ask, Pair, Server
from tests.samples import EXTENSIONS, MODEL

AUTHORIZATIONS = 200
USERS = tuple(f"user{number}" for number in range(1, 6))
GROUPS = ("groupA", "groupB", "groupC")
TENANTS = ("tenantA", "tenantB", "tenantC")
KEYS = ("order", "invoice", "claim", "visit", "audit")
FRESH_KEYS = ("draft", "trial")
"""The keys of the definitions that a request changes or deletes."""
EVERY_KEY = (*KEYS, *FRESH_KEYS)
ANOTHER = ADMIN, "camunda-admin"
WEIGHTED = (
    *(*(PROCESS_DEFINITION,) * 7, *(DEPLOYMENT,) * 5, *(USER,) * 3, *(GROUP,) * 3, *(TENANT,) * 3, *(AUTHORIZATION,) * 2),
    *(GROUP_MEMBERSHIP, GROUP_MEMBERSHIP, TENANT_MEMBERSHIP, TENANT_MEMBERSHIP, SYSTEM, PROCESS_INSTANCE),
    *(OBJECT_TYPES[number] for number in (5, 7, 10, 13)),
)
"""The types of the objects of random authorizations, with how often each is drawn."""


class Definition(NamedTuple):
    """A deployed definition: its name and that of its deployment, its key and its tenant."""

    name: str
    deployment: str
    resource: str
    key: str
    tenant: str | None


def bpmn(key: str, calls: str = "", starter: str = "") -> bytes:
    """A process that waits for three years, so that a job of it can fail. It calls a process, and has a user who may start it."""
    may_start = f' camunda:candidateStarterUsers="{starter}"' if starter else ""
    call = f'<callActivity id="call" calledElement="{calls}"/>' if calls else '<task id="call"/>'
    inside = f"""<startEvent id="start" camunda:formKey="embedded:deployment:{key}.html"/><sequenceFlow id="f1" sourceRef="start"
        targetRef="wait"/><intermediateCatchEvent id="wait"><timerEventDefinition><timeDuration>P3Y</timeDuration></timerEventDefinition>
        </intermediateCatchEvent><sequenceFlow id="f2" sourceRef="wait" targetRef="call"/>{call}"""
    return f"""<definitions xmlns="{MODEL}" xmlns:camunda="{EXTENSIONS}" targetNamespace="x"><process id="{key}" name="About {key}"
        isExecutable="true" camunda:historyTimeToLive="5"{may_start}>{inside}</process></definitions>""".encode()


class World:
    """What both servers have, and the random numbers from which it was made."""

    def __init__(self, pair: Pair, seed: int) -> None:
        self.pair, self.random = pair, Random(seed)
        self.definitions: list[Definition] = []
        self.deployments: list[str] = []
        self.incidents: list[str] = []
        self.authorizations: list[str] = []
        self._numbers: Iterator[int] = count(1)

    def fill(self) -> None:
        """Make everything. The servers must be empty apart from the administrator."""
        self._identities()
        for key in KEYS:
            for tenant in self.random.sample([None, None, *TENANTS], 3):
                self.definitions.append(self.deploy(key, tenant))
        for definition, fails in zip(self.random.sample(self.definitions, 5), (True, True, False, False, False), strict=True):
            self.incidents.append(self.incident(definition, fails=fails))
        while len(self.authorizations) < AUTHORIZATIONS:
            self.authorize(self.random.choice(WEIGHTED))

    def _identities(self) -> None:
        for user in USERS:
            self.create_user(user)
        for group in GROUPS:
            self.pair.both(Ask("POST", "/group/create", {"id": group, "name": f"The {group}", "type": "x"}))
        for tenant in TENANTS:
            self.pair.both(Ask("POST", "/tenant/create", {"id": tenant, "name": f"The {tenant}"}))
        for user in USERS:
            for group in self.random.sample(GROUPS, self.random.randint(0, 2)):
                self.pair.both(Ask("PUT", f"/group/{group}/members/{user}"))
            for tenant in self.random.sample(TENANTS, self.random.randint(0, 1)):
                self.pair.both(Ask("PUT", f"/tenant/{tenant}/user-members/{user}"))
        self.pair.both(Ask("PUT", f"/tenant/{self.random.choice(TENANTS)}/group-members/{self.random.choice(GROUPS)}"))

    def create_user(self, user: str) -> None:
        """Create a user, who has the password of all."""
        profile = {"id": user, "firstName": "A", "lastName": user, "email": None}
        self.pair.both(Ask("POST", "/user/create", {"profile": profile, "credentials": {"password": PASSWORD}}))

    def deploy(self, key: str, tenant: str | None) -> Definition:
        """Deploy a version of a key in a tenant, with its form."""
        number = next(self._numbers)
        fields = {"deployment-name": f"{key}{number}", **({} if tenant is None else {"tenant-id": tenant})}
        file = bpmn(key, self.random.choice(("", *KEYS)), self.random.choice(("", *USERS)))
        deployed = self.pair.both(Ask("POST", "/deployment/create", None, fields, {f"{key}.bpmn": file, f"{key}.html": b"<form/>"}))
        deployment = self.pair.name(f"deployment{number}", (deployed[0]["id"], deployed[1]["id"]))
        self.deployments.append(deployment)
        found = [next(iter(one["deployedProcessDefinitions"])) for one in deployed]
        resources = self.pair.both(Ask("GET", f"/deployment/{deployment}/resources"))
        files = [next(row["id"] for row in rows if row["name"].endswith(".bpmn")) for rows in resources]
        names = [self.pair.name(f"{kind}{number}", (one, other)) for kind, (one, other) in (("definition", found), ("file", files))]
        return Definition(names[0], deployment, names[1], key, tenant)

    def undeploy(self, definition: Definition) -> None:
        """Delete a deployment that may be gone already, with all that belongs to it."""
        self.deployments.remove(definition.deployment)
        for server in self.pair:
            server.send(ADMIN, Ask("DELETE", f"/deployment/{definition.deployment}?cascade=true"))

    def incident(self, definition: Definition, *, fails: bool = False) -> str:
        """An incident of an instance on the engine, at a job that fails or of a type of its own; the same is reported to procdef."""
        engine = self.pair.engine
        instance = engine.must(Ask("POST", f"/process-definition/{definition.name}/start", {}))["id"]
        if fails:
            job = engine.must(Ask("GET", f"/job?processInstanceId={instance}"))[0]["id"]
            engine.must(Ask("PUT", f"/job/{job}/retries", {"retries": 0}))
        else:
            tree = engine.must(Ask("GET", f"/process-instance/{instance}/activity-instances"))
            execution = tree["childActivityInstances"][0]["executionIds"][0]
            engine.must(Ask("POST", f"/execution/{execution}/create-incident", {"incidentType": "own", "configuration": f"c{instance}"}))
        found = engine.must(Ask("GET", f"/incident?processInstanceId={instance}"))[0]
        self._report(definition, found)
        return self.pair.name(f"incident{next(self._numbers)}", (found["id"], found["id"]))

    def _report(self, definition: Definition, found: Mapping[str, Any]) -> None:
        """Report an incident of the engine to procdef, where only this one request may be sent by the administrator."""
        members = ("incidentType", "incidentMessage", "activityId", "failedActivityId", "configuration", "processInstanceId", "executionId")
        more = ("causeIncidentId", "rootCauseIncidentId", "jobDefinitionId", "annotation")
        report = {"processDefinitionId": definition.name, **{name: found[name] for name in (*members, *more)}}
        right = {"type": 1, "permissions": ["ALL"], "resourceType": REPORTED_INCIDENT.number, "resourceId": "*", "userId": ADMIN}
        ident = self.pair.procdef.must(Ask("POST", "/authorization/create", right))["id"]
        self.pair.procdef.must(Ask("PUT", f"/incident/{found['id']}", report))
        self.pair.procdef.must(Ask("DELETE", f"/authorization/{ident}"))

    def authorize(self, object_type: ObjectType, object_id: str | None = None) -> None:
        """Create a random authorization for objects of a type, or for one of them. One that is there already is not created again."""
        type_ = self.random.choices((1, 2, 0), (6, 3, 1))[0]
        permissions = self.random.sample([*object_type.permissions, "ALL"], self.random.randint(1, min(3, len(object_type.permissions))))
        holder = {"userId": "*"} if type_ == 0 else self.random.choice(self._holders())
        ident = object_id or self.random.choice(["*", *self.objects(object_type)])
        row = {"type": type_, "permissions": permissions, "resourceType": object_type.number, "resourceId": ident, **holder}
        answers = [server.send(ADMIN, Ask("POST", "/authorization/create", row)) for server in self.pair]
        if len({answer.status_code == 200 for answer in answers}) > 1:
            raise RuntimeError(f"{row}: {[answer.text for answer in answers]}")
        if answers[0].status_code == 200:
            ids = answers[0].json()["id"], answers[1].json()["id"]
            self.authorizations.append(self.pair.name(f"authorization{next(self._numbers)}", ids))

    def _holders(self) -> list[Mapping[str, Any]]:
        return [*({"userId": user} for user in (*USERS, *USERS, "*")), *({"groupId": group} for group in (*GROUPS, *GROUPS, GROUPS[0]))]

    def objects(self, object_type: ObjectType) -> list[str]:
        """The ids of the objects of a type."""
        by_type: Mapping[ObjectType, Any] = {
            PROCESS_DEFINITION: EVERY_KEY,
            DEPLOYMENT: self.deployments,
            AUTHORIZATION: self.authorizations,
            **dict.fromkeys((USER,), USERS),
            **dict.fromkeys((GROUP, GROUP_MEMBERSHIP), GROUPS),
            **dict.fromkeys((TENANT, TENANT_MEMBERSHIP), TENANTS),
        }
        return [*by_type.get(object_type, ())]


def empty(server: Server) -> None:
    """Delete all but the administrator and the administrator's group and rights."""
    for row in server.must(Ask("GET", "/deployment")):
        server.must(Ask("DELETE", f"/deployment/{row['id']}?cascade=true"))
    for kind in ("user", "group", "tenant"):
        for row in server.must(Ask("GET", f"/{kind}")):
            if row["id"] not in ANOTHER:
                server.must(Ask("DELETE", f"/{kind}/{row['id']}"))
    for row in server.must(Ask("GET", "/authorization")):
        if row["groupId"] != ANOTHER[1] and row["userId"] != ADMIN:
            server.send(ADMIN, Ask("DELETE", f"/authorization/{row['id']}"))
