"""Every domain error is a response of both surfaces, and none is an unexpected one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from flask import Flask, Request
from werkzeug.test import EnvironBuilder

import procdef
from procdef.camunda.protocol import error_responses
from procdef.camunda.protocol import errors as camunda
from procdef.errors import Forbidden, InvalidBpmn, Missing, Problem, ProcdefError
from procdef.frends import errors as frends
from procdef.frends.records import BadFile

MADE: dict[type[Exception], Callable[[], Exception]] = {
    camunda.EngineError: lambda: camunda.EngineError(camunda.INVALID, message="no"),
    BadFile: lambda: BadFile("no", "name"),
    frends.WrongForm: lambda: frends.WrongForm("part", "no"),
    frends.WrongParameters: lambda: frends.WrongParameters({"name": ["no"]}),
    Forbidden: lambda: Forbidden("bob", Missing("READ", "Deployment", None)),
    InvalidBpmn: lambda: InvalidBpmn("x.bpmn", [Problem("no")]),
}
"""Those of which a surface needs more than the text."""


class Unforeseen(ProcdefError):
    """An error that no table knows."""


def subclasses(kind: type[Exception]) -> Iterator[type[Exception]]:
    for below in kind.__subclasses__():
        yield from (below, *subclasses(below))


def kinds() -> list[type[Exception]]:
    for module in walk_packages(procdef.__path__, "procdef."):
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            import_module(module.name)
    found = {kind for kind in subclasses(ProcdefError) if kind.__module__.startswith("procdef.")}
    return sorted(found, key=lambda kind: f"{kind.__module__}.{kind.__qualname__}")


def make(kind: type[Exception]) -> Exception:
    """One of a kind, with a text alone: of most errors a surface needs no more."""
    made = MADE.get(kind)
    return kind.__new__(kind, "no") if made is None else made()


@pytest.mark.parametrize("render", [error_responses.render, frends.render], ids=["camunda", "frends"])
@pytest.mark.parametrize("kind", [*kinds(), Unforeseen], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_domain_error_is_a_response(app: Flask, render: Any, kind: type[Exception]) -> None:
    with app.app_context():
        response = render(make(kind), Request(EnvironBuilder("/").get_environ()))
    assert 400 <= response.status_code < 600
    assert response.status_code != 500
    assert response.get_json()["type"]
