"""How Sphinx builds these pages."""

from procdef import __version__

project = "procdef"
release = __version__
extensions = ["myst_parser"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"procdef {release}"
myst_heading_anchors = 3
