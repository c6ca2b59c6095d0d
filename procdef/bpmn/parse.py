"""From bytes to a judged `File`: reading, validation and extraction, in this order."""

from __future__ import annotations

from procdef.bpmn.extract import extract, is_executable
from procdef.bpmn.model import File, Options
from procdef.bpmn.node import MultipleElementsError, Node
from procdef.bpmn.reader import read
from procdef.errors import InvalidBpmn, Problem, UnreadableBpmn

DEFAULTS = Options()


def parse(resource: str, data: bytes, options: Options = DEFAULTS) -> File:
    """Judge the BPMN file `data` that is called `resource`.

    Raises UnreadableBpmn where the engine gives up on the file (it answers 500), InvalidBpmn with all problems where the file breaks
    the schema or a rule of the engine, TooLarge beyond the limits.
    """
    root = read(resource, data, options.max_elements)
    try:
        return _file(resource, root, options)
    except MultipleElementsError as problem:
        raise UnreadableBpmn(resource, f"ENGINE-01009 Error while parsing process. {problem}") from None


def _file(resource: str, root: Node, options: Options) -> File:
    messages = {message.id: message.get("name") for message in root.all("message") if message.id}
    found, problems = [], []
    for process in filter(is_executable, root.all("process")):
        try:
            found.append(extract(process, messages, options))
        except ValueError as problem:
            problems.append(Problem(f"{problem}: {problem}", main_element_id=process.id))
    if problems:
        raise InvalidBpmn(resource, problems)
    return File(resource, root.get("targetNamespace"), tuple(found))
