"""What differs between two BPMN files: which elements are the same, what changed of them, and the forms in which that is shown."""

from procdef.bpmn.difference.comparing import Change, Content, Difference, compared, content_of, difference
from procdef.bpmn.difference.forms import as_json, summary
from procdef.bpmn.difference.markdown import as_markdown
from procdef.bpmn.difference.text import as_text
from procdef.bpmn.difference.unified import unified

__all__ = [
    "Change",
    "Content",
    "Difference",
    "as_json",
    "as_markdown",
    "as_text",
    "compared",
    "content_of",
    "difference",
    "summary",
    "unified",
]
