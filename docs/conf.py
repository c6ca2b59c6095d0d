"""How Sphinx builds these pages."""

from procdef.common import metadata

project = "procdef"
project_copyright = "2026, the procdef contributors. Apache License 2.0"
release = metadata.version()
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence"]
exclude_patterns = ["_build"]
smartquotes = False  # quotes in code, messages and names stay as they are typed
html_theme = "furo"
html_title = f"procdef {release}"
myst_heading_anchors = 3
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_theme_options = {"footer_icons": []}
