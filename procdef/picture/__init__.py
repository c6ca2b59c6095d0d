"""Pictures: drawing the diagram interchange of a BPMN file as SVG, and laying out a file that has none."""
