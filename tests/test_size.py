"""How long the code's functions and files are.

A function's lines go from its `def` to its last line: its docstring, comments and blank lines count, its decorators do not. A function
within another counts as one more, and its lines are counted for the outer one too. Migrations are left out: they are frozen.
"""

from __future__ import annotations

import ast
import math
import statistics
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "procdef"
FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]
MEDIAN, NINETIETH, LONGEST, LONGEST_FILE = 6, 13, 35, 350


def function_sizes(source: str, name: str) -> dict[str, int]:
    """The lines of each function of a module, by where it stands and its name."""
    functions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {f"{name}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}


def percentile(sizes: list[int], percent: int) -> int:
    """The smallest size that so many percent of the sizes do not exceed."""
    return sorted(sizes)[math.ceil(len(sizes) * percent / 100) - 1]


SIZES = {
    function: lines
    for path in FILES
    for function, lines in function_sizes(path.read_text(encoding="utf-8"), str(path.relative_to(PACKAGE))).items()
}


def test_lines_are_counted_from_the_def_to_the_end() -> None:
    source = '@one\n@two\ndef a():\n    """Text."""\n\n    def b():\n        return 1\n\n    return b\n\n\nasync def c(): ...\n'
    assert function_sizes(source, "m") == {"m:3 a": 7, "m:6 b": 2, "m:12 c": 1}
    assert [percentile(list(range(1, 21)), percent) for percent in (50, 90, 91, 100)] == [10, 18, 19, 20]


def test_no_function_is_long() -> None:
    assert {function: lines for function, lines in SIZES.items() if lines > LONGEST} == {}


def test_most_functions_are_short() -> None:
    sizes = list(SIZES.values())
    assert len(sizes) > 1000
    assert statistics.median(sizes) <= MEDIAN
    assert percentile(sizes, 90) <= NINETIETH


def test_no_file_is_long() -> None:
    lines = {str(path.relative_to(PACKAGE)): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {name: number for name, number in lines.items() if number > LONGEST_FILE} == {}
