"""The picture of a BPMN file: SVG from its diagram interchange, with marks and themes; a file without is laid out. No database, no HTTP."""

from procdef.picture.drawing import picture
from procdef.picture.finishing import finished, side_by_side
from procdef.picture.marks import MARKS, Mark
from procdef.picture.themes import THEMES, stylesheet

__all__ = ["MARKS", "THEMES", "Mark", "finished", "picture", "side_by_side", "stylesheet"]
