"""What the modules may import, and that each dependency has its reason; read from the sources, nothing is run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = (
    ("procdef.errors",),
    ("procdef.settings", "procdef.common"),
    ("procdef.bpmn", "procdef.query", "procdef.rights"),
    ("procdef.picture",),
    ("procdef.store",),
    ("procdef.attach",),
    ("procdef.http",),
    ("procdef.camunda", "procdef.frends"),
    ("procdef.hooks",),
    ("procdef.web",),
    ("procdef.app",),
    ("procdef",),
    ("procdef.server",),
    ("procdef.reference",),
    ("procdef.client",),
    ("procdef.cli",),
    ("procdef.__main__",),
)
"""The packages from the lowest floor to the highest. A module imports from its own package and from lower floors, from nowhere else."""
LIBRARIES = {
    "apsw": {"procdef.store"},
    "authlib": {"procdef.http.provider"},
    "argon2": {"procdef.store"},
    "bpmn_io": {"procdef.picture.layouts.grid"},
    "click": {"procdef.cli", "procdef.reference"},
    "flask": {"procdef.http", "procdef.camunda", "procdef.frends", "procdef.web", "procdef.app", "procdef", "procdef.server"},
    "gunicorn": {"procdef.server", "procdef.http"},
    "httpx": {"procdef.client", "procdef.hooks", "procdef.http.provider"},
    "joserfc": {"procdef.http.provider"},
    "jinja2": {"procdef.web"},
    "lxml": {"procdef.bpmn", "procdef.picture.layouts.file", "procdef.store.migrations"},
    "peewee": {
        "procdef.query",
        "procdef.camunda.stubs",
        "procdef.server",
        "procdef.store",
        "procdef.attach",
        "procdef.camunda.tables",
        "procdef.frends",
        "procdef.web.tables",
    },
    "playhouse": {"procdef.store"},
    "prometheus_client": {"procdef.http.metering", "procdef.server.config"},
    "psycopg": {"procdef.store", "procdef.attach"},
    "tomlkit": {"procdef.client.contexts"},
    "werkzeug": {"procdef.http", "procdef.camunda", "procdef.frends", "procdef.server", "procdef.web"},
    "yaml": {"procdef.cli.output"},
}
"""The packages that may import a library. Any package may import the others."""


def modules() -> Iterator[tuple[str, set[str]]]:
    """The modules of procdef with the full names of what each imports."""
    for path in sorted((ROOT / "procdef").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        yield module, set(imports(path.read_text(encoding="utf-8"), package))


def home(name: str) -> tuple[int, str]:
    """The number of the floor of a module or of a name in it, and the package on this floor that it belongs to."""
    found = [(number, package) for number, floor in enumerate(FLOORS) for package in floor if within(name, {package})]
    return max(found, key=lambda one: len(one[1]))


def is_allowed(module: str, name: str) -> bool:
    (floor, package), (other_floor, other) = home(module), home(name)
    return other_floor < floor or other == package


def imports(source: str, package: str) -> Iterator[str]:
    """The full name of everything that a module of `package` imports, wherever in the module it does."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package.split(".")[: -(node.level - 1) or None] if node.level else []
            yield from (".".join([*start, *filter(None, [node.module]), alias.name]) for alias in node.names)


def within(name: str, packages: set[str]) -> bool:
    return any(f"{name}.".startswith(f"{package}.") for package in packages)


def test_imports_are_read_in_each_form() -> None:
    late = "def late():\n    from . import a\n    from .b import c\n    from ..frends import d\n"
    names = set(imports(f"import flask.json\nfrom procdef import store\n{late}", "procdef.camunda"))
    assert names == {"flask.json", "procdef.camunda.a", "procdef.camunda.b.c", "procdef.frends.d", "procdef.store"}
    assert within("flask.json", {"flask"})
    assert not within("flask_cors", {"flask"})


@pytest.mark.parametrize(
    ("module", "name", "allowed"),
    [
        ("procdef.http.responses", "procdef.camunda.surface", False),
        ("procdef.query.operators", "procdef.store.models", False),
        ("procdef.bpmn.facts.forms", "procdef.store.models", False),
        ("procdef.bpmn.parse", "procdef.query.table", False),
        ("procdef.bpmn.facts.diagram", "procdef.picture.drawing", False),
        ("procdef.picture.drawing", "procdef.store.models", False),
        ("procdef.picture.drawing", "procdef.bpmn.facts.diagram", True),
        ("procdef.camunda.surface", "procdef.frends.surface", False),
        ("procdef.common.addresses", "procdef.settings.Settings", False),
        ("procdef.store.store", "procdef.create_app", False),
        ("procdef.camunda.registry.forms", "procdef.camunda.protocol.errors", True),
        ("procdef.frends.processes", "procdef.store.store", True),
        ("procdef.camunda.surface", "procdef.web.pages", False),
        ("procdef.web.views.definitions", "procdef.camunda.tables.registry", True),
        ("procdef.cli", "procdef.create_app", True),
    ],
)
def test_a_module_imports_from_lower_floors_only(module: str, name: str, *, allowed: bool) -> None:
    assert is_allowed(module, name) is allowed


def test_no_import_points_upward() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, names in modules()
        for name in names
        if within(name, {"procdef"}) and not is_allowed(module, name)
    ]
    assert wrong == []


def test_each_library_stays_in_its_packages() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, names in modules()
        for library, packages in LIBRARIES.items()
        for name in names
        if within(name, {library}) and not any(module == package or within(module, {package} - {"procdef"}) for package in packages)
    ]
    assert wrong == []


def test_every_dependency_has_its_reason() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = [setup["options"]["install_requires"], *setup["options.extras_require"].values()]
    declared = re.findall(r"^[\w-]+", "\n".join(lines), re.MULTILINE)
    page = (ROOT / "docs/explanation/dependencies.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| (\w[\w-]*) \|", page, re.MULTILINE)
    assert sorted(set(explained) - {"Dependency"}) == sorted(set(declared))
