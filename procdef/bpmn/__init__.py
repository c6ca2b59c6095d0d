"""BPMN files: bytes in, parsed and validated processes out. No database, no HTTP."""

from procdef.bpmn.model import Call, File, Options, Process
from procdef.bpmn.names import diagram_name, is_bpmn
from procdef.bpmn.parse import parse

__all__ = ["Call", "File", "Options", "Process", "diagram_name", "is_bpmn", "parse"]
