"""What the modules may import, and that each dependency has its reason; read from the sources, nothing is run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).parents[1]
SURFACES = {"procdef.camunda", "procdef.frends"}
MAY_NOT_IMPORT = {
    "procdef.attach": {"flask", "procdef.http", *SURFACES},
    "procdef.query": {"flask", "procdef.http", *SURFACES},
    "procdef.store": {"flask", "procdef.http", *SURFACES},
    "procdef.bpmn": {"flask", "procdef.http", *SURFACES},
    "procdef.camunda": {"procdef.frends"},
    "procdef.frends": {"procdef.camunda"},
}


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


def test_imports_point_downward_only() -> None:
    wrong = []
    for path in sorted((ROOT / "procdef").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        forbidden = {name for user, names in MAY_NOT_IMPORT.items() if within(module, {user}) for name in names}
        wrong += [f"{module} imports {name}" for name in imports(path.read_text(encoding="utf-8"), package) if within(name, forbidden)]
    assert wrong == []


def test_every_dependency_has_its_reason() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = [setup["options"]["install_requires"], *setup["options.extras_require"].values()]
    declared = re.findall(r"^[\w-]+", "\n".join(lines), re.MULTILINE)
    page = (ROOT / "docs/explanation/dependencies.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| (\w[\w-]*) \|", page, re.MULTILINE)
    assert sorted(set(explained) - {"Dependency"}) == sorted(set(declared))
