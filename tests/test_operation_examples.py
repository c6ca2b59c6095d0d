"""The files of `examples/operation`, the unit and the page "Is it well?": their own tools accept them, and each name in them exists.

There is no tool for manifests of Kubernetes and for dashboards here. Their shape, and what they say of procdef, are checked instead.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from procdef.http import health
from procdef.http.metrics import HISTOGRAM, OF_STORE, OF_WORKERS
from procdef.settings import SETTINGS, load, unknown_variables
from tests.missing import need
from tests.servers.procdef import process

ROOT = Path(__file__).parents[1]
OPERATION = ROOT / "examples/operation"
ALERTS = yaml.safe_load((OPERATION / "alerts.yml").read_text(encoding="utf-8"))
DASHBOARD = json.loads((OPERATION / "grafana-metrics.json").read_text(encoding="utf-8"))
MANIFESTS = {one["kind"]: one for one in yaml.safe_load_all((OPERATION / "kubernetes.yml").read_text(encoding="utf-8"))}
POD = MANIFESTS["Deployment"]["spec"]["template"]["spec"]
PAGE = (ROOT / "docs/how-to/is-it-well.md").read_text(encoding="utf-8")
UNIT = ROOT / "examples/procdef.service"
MOST_EXPOSED = 2.0
"""The exposure that systemd may find in the unit, of 10."""
NAMES = {
    name
    for row in (*OF_WORKERS, *OF_STORE)
    for name in ((f"{row.name}_bucket", f"{row.name}_count", f"{row.name}_sum") if row.kind == HISTOGRAM else (row.name,))
}
LABELS = {label for row in (*OF_WORKERS, *OF_STORE) for label in row.labels} | {"job", "instance", "le"}


def queries() -> Iterator[tuple[str, str]]:
    for rule in ALERTS["groups"][0]["rules"]:
        yield rule["alert"], rule["expr"]
    for panel in DASHBOARD["panels"]:
        yield from ((f"{panel['title']} {target['refId']}", target["expr"]) for target in panel["targets"])
    for number, line in enumerate(line for block in re.findall(r"^```text\n(.*?)^```$", PAGE, re.M | re.S) for line in block.splitlines()):
        yield f"page {number}", line


QUERIES = dict(queries())


def checked(*command: str | Path, **more: Any) -> str:
    done: subprocess.CompletedProcess[str] = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_each_query_names_metrics_and_labels_that_exist(query: str) -> None:
    assert set(re.findall(r"procdef_\w+", query)) <= NAMES
    assert set(re.findall(r"(\w+)=", query)) <= LABELS
    assert {name for group in re.findall(r"by \(([^)]*)\)", query) for name in group.split(", ")} <= LABELS


def test_promtool_reads_each_query(tmp_path: Path) -> None:
    need("promtool")
    rules = [
        {"record": f"query:{number}", "expr": query.replace("$__rate_interval", "5m").replace("$job", "procdef")}
        for number, query in enumerate(QUERIES.values())
    ]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": rules}]}), encoding="utf-8")
    assert f"{len(rules)} rules found" in checked("promtool", "check", "rules", tmp_path / "rules.yml")


def test_the_alerts_are_right_about_a_host_with_and_without_trouble() -> None:
    need("promtool")
    assert "SUCCESS" in checked("promtool", "test", "rules", "alerts-test.yml", cwd=OPERATION)
    assert "SUCCESS" in checked("promtool", "check", "config", "--syntax-only", "prometheus.yml", cwd=OPERATION)


def test_every_alert_is_tested_and_the_page_has_ten_questions() -> None:
    cases = yaml.safe_load((OPERATION / "alerts-test.yml").read_text(encoding="utf-8"))["tests"][1]["alert_rule_test"]
    assert [case["alertname"] for case in cases] == [rule["alert"] for rule in ALERTS["groups"][0]["rules"]]
    assert re.findall(r"^## (\d+)\. .*\?$", PAGE, re.MULTILINE) == [str(number) for number in range(1, 11)]


def test_the_dashboard_can_be_imported() -> None:
    source = {"type": "prometheus", "uid": "${source}"}
    panels = DASHBOARD["panels"]
    assert [one["name"] for one in DASHBOARD["templating"]["list"]] == ["source", "job"]
    assert len({panel["id"] for panel in panels}) == len({panel["title"] for panel in panels}) == len(panels)
    assert all(panel["datasource"] == target["datasource"] == source for panel in panels for target in panel["targets"])
    places = {(x, y) for panel in panels for x in columns(panel) for y in rows(panel)}
    assert len(places) == sum(panel["gridPos"]["w"] * panel["gridPos"]["h"] for panel in panels), "two panels overlap"
    assert all(0 <= x < 24 for x, _ in places)


def columns(panel: Any) -> range:
    return range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])


def rows(panel: Any) -> range:
    return range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])


def test_systemd_accepts_the_unit_and_finds_little_exposure(tmp_path: Path) -> None:
    need("systemd-analyze")
    (tmp_path / "procdef.service").write_text(
        UNIT.read_text(encoding="utf-8").replace("/opt/procdef/bin/procdef serve", shutil.which("true") or "/bin/true"), encoding="utf-8"
    )
    assert checked("systemd-analyze", "verify", tmp_path / "procdef.service") == ""
    words = ("systemd-analyze", "security", "--offline=true", f"--threshold={int(MOST_EXPOSED * 10)}", tmp_path / "procdef.service")
    assert "Overall exposure level" in checked(*words)


def test_the_manifests_belong_together() -> None:
    assert set(MANIFESTS) == {"Secret", "Deployment", "Service"}
    assert MANIFESTS["Deployment"]["apiVersion"] == "apps/v1"
    labels = MANIFESTS["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert labels == MANIFESTS["Deployment"]["spec"]["selector"]["matchLabels"] == MANIFESTS["Service"]["spec"]["selector"]
    (container,) = POD["containers"]
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in POD["volumes"]}
    assert POD["volumes"][0]["secret"] == {"secretName": MANIFESTS["Secret"]["metadata"]["name"], "defaultMode": 0o440}
    (port,) = MANIFESTS["Service"]["spec"]["ports"]
    assert port["targetPort"] == container["ports"][0]["name"]
    probes = [container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")]
    assert [probe["path"] for probe in probes] == [health.LIVE, health.LIVE, health.READY]
    assert {probe["port"] for probe in probes} == {container["ports"][0]["name"]}


def test_the_manifests_give_no_rights() -> None:
    (container,) = POD["containers"]
    rights = container["securityContext"]
    assert POD["securityContext"]["runAsNonRoot"] is True
    assert (rights["allowPrivilegeEscalation"], rights["readOnlyRootFilesystem"], rights["capabilities"]) == (
        False,
        True,
        {"drop": ["ALL"]},
    )
    assert POD["automountServiceAccountToken"] is False


def settings_of_the_pod(secret: str) -> dict[str, str]:
    """The variables of the image and of the pod, with the folder of the secret elsewhere."""
    image = re.search(r"^ENV (.+)$", (ROOT / "examples/Containerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert image is not None
    given = dict(word.split("=", 1) for word in image[1].split())
    given |= {
        one["name"]: one["value"].replace(POD["containers"][0]["volumeMounts"][0]["mountPath"], secret)
        for one in POD["containers"][0]["env"]
    }
    return given


def test_procdef_serves_with_the_settings_of_the_pod(tmp_path: Path) -> None:
    (tmp_path / "database-url").write_text(f"sqlite:///{tmp_path}/its.db", encoding="utf-8")
    variables = settings_of_the_pod(str(tmp_path))
    assert unknown_variables(variables) == []
    assert load(variables).database_url == f"sqlite:///{tmp_path}/its.db"
    known = {name for entry in SETTINGS for name in entry.variables}
    given = {name: value for name, value in variables.items() if name in known - {"PORT"}}
    with process(tmp_path, **{**given, "HOST": "127.0.0.1"}) as (base, _server):
        assert httpx.get(f"{base}/process-definition").status_code == 401
        assert httpx.get(base.replace("engine-rest", "readyz")).json()["warnings"] == []
    assert (tmp_path / "its.db").exists()
    assert not (tmp_path / "procdef.db").exists()
