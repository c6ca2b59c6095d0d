"""BPMN files: bytes in, a parsed and validated process out. No database, no HTTP."""

from procdef.bpmn.model import File, Options, Process
from procdef.bpmn.names import diagram_name, is_bpmn
from procdef.bpmn.parse import parse

__all__ = ["File", "Options", "Process", "diagram_name", "is_bpmn", "parse"]
