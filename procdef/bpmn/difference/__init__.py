"""What differs between two BPMN files: which elements are the same, what changed of them, and the forms in which that is shown."""

from procdef.bpmn.difference.comparing import Change, Difference, difference

__all__ = ["Change", "Difference", "difference"]
