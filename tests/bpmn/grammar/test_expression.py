"""The syntax of expressions. The expected errors were recorded from a running engine."""

from __future__ import annotations

import pytest

from procdef.bpmn.grammar.expression import MAX_DEPTH, ExpressionError, check, has_expression, is_dynamic

PARSED = [
    "",
    "x",
    "$",
    "$ {",
    "#",
    "${a}",
    "#{a}",
    "${1}",
    "a${b}c${d}",
    "${a}}",
    "\\${a",
    "\\\\${a}",
    "\\\\\\${a",
    "${a ? b : c}",
    "${a.b.c(1, 'x')[d]}",
    "${f:g(1)}",
    "${a == 'x' and not (b ne \"y\") || empty c}",
    "${ - - a div 2 mod 3}",
    "${1.5e3 + .5 + 1.}",
    "${'it\\'s' }",
    '${"a\\\\"}',
    "${execution.getVariable('x')}",
    "${_a$b + é}",
    "${true.x}",
    "${'}'}",
    "${a\n}",
    "${a ? f:g(c) : d}",
]
FIRST = "expected <IDENTIFIER>|<STRING>|<FLOAT>|<INTEGER>|'true'|'false'|'null'|'-'|'!'|'not'|'empty'|'('"
BROKEN = {
    "${": f"syntax error at position 2, encountered 'null', {FIRST}",
    "${a": "syntax error at position 3, encountered 'null', expected '}'",
    "${ }": f"syntax error at position 3, encountered '}}', {FIRST}",
    "${a b}": "syntax error at position 4, encountered 'b', expected '}'",
    "${a.}": "syntax error at position 4, encountered '}', expected <IDENTIFIER>",
    "${a.true}": "syntax error at position 4, encountered 'true', expected <IDENTIFIER>",
    "${a(b,)}": f"syntax error at position 6, encountered ')', {FIRST}",
    "${(a}": "syntax error at position 4, encountered '}', expected ')'",
    "${a[1}": "syntax error at position 5, encountered '}', expected ']'",
    "${a?b}": "syntax error at position 5, encountered '}', expected ':'",
    "${a}#{b}": "syntax error at position 4, encountered '#{', expected '${'",
    "${a=1}": "lexical error at position 3, encountered invalid character '=', expected expression token",
    "${{}}": "lexical error at position 2, encountered invalid character '{', expected expression token",
    "${'x}": "lexical error at position 2, encountered unterminated string, expected '",
    '${"x\\n"}': 'lexical error at position 2, encountered invalid escape sequence \\n, expected \\" or \\\\',
    "${99999999999999999999}": "syntax error at position 2, encountered '99999999999999999999', expected <INTEGER>",
    "${x.y()()}": "syntax error at position 7, encountered '(', expected '}'",
    "${a\u00a0b}": "lexical error at position 3, encountered invalid character '\u00a0', expected expression token",
    "${a instanceof b}": "syntax error at position 4, encountered 'instanceof', expected '}'",
}


@pytest.mark.parametrize("text", PARSED)
def test_parsed(text: str) -> None:
    check(text)


@pytest.mark.parametrize("text", BROKEN)
def test_broken(text: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        check(text)
    assert str(raised.value) == f"Error parsing '{text}': {BROKEN[text]}"


def test_depth_is_bounded() -> None:
    check("${" + "(" * (MAX_DEPTH - 1) + "a" + ")" * (MAX_DEPTH - 1) + "}")
    with pytest.raises(ExpressionError):
        check("${" + "(" * 100_000)


@pytest.mark.parametrize(
    ("text", "dynamic", "anywhere"), [("${a}", True, True), (" #{a", True, True), ("a${b}", False, True), ("\\${a}", False, False)]
)
def test_where_expressions_are(text: str, dynamic: bool, anywhere: bool) -> None:
    assert (is_dynamic(text), has_expression(text)) == (dynamic, anywhere)
