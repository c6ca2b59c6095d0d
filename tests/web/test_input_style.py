"""Each kind of field that a template has, has a look of its own in the style."""

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "procdef" / "web"
TEMPLATES = "".join(path.read_text() for path in sorted((WEB / "templates").glob("*.html")))
KINDS = sorted(set(re.findall(r'<input[^>]*\btype="([a-z-]+)"', TEMPLATES)) - {"hidden"})


@pytest.mark.parametrize("sheet", ["page.css parts.css", "media.css"])
@pytest.mark.parametrize("kind", KINDS)
def test_field_has_look(kind: str, sheet: str) -> None:
    """A field without a rule has the look of the browser, which does not follow the colours."""
    style = "".join((WEB / "static" / name).read_text() for name in sheet.split())
    assert f"input[type={kind}]" in style
