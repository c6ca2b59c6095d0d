"""The commands, a row each: its help and module are known without importing the module, so that every command starts quickly."""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple, cast

import click

ASK, CHANGE, MOVE, RUN = "Ask", "Change", "Compare and move", "Run and administer"
PARTS = (ASK, CHANGE, MOVE, RUN)
"""The headings of the help, in their order."""


class Verb(NamedTuple):
    """A command: its name, the heading that it stands under, the module and the attribute that have it, and the first sentence of its help.

    With `reads_settings`, a variable that looks like a setting of procdef and is none gets a warning. `serve` logs it itself.
    """

    name: str
    part: str
    help: str
    module: str
    attribute: str
    reads_settings: bool = True
    hidden: bool = False

    def load(self) -> click.Command:
        """Import the command."""
        return cast(click.Command, getattr(import_module(f"procdef.cli.{self.module}"), self.attribute))


def _verb(name: str, part: str, text: str, *, reads_settings: bool = True, module: str = "", hidden: bool = False) -> Verb:
    return Verb(name, part, text, module or name, name.replace("-", "_"), reads_settings, hidden)


VERBS = {
    verb.name: verb
    for verb in (
        _verb("get", ASK, "List definitions, deployments or incidents.", reads_settings=False),
        _verb("describe", ASK, "Show all about a definition, a deployment or an incident.", reads_settings=False),
        _verb("xml", ASK, "Print the BPMN file of a definition, byte for byte as it was deployed.", reads_settings=False),
        Verb("open", ASK, "Print the address of a page, and open it in the browser.", "open", "open_", reads_settings=False),
        _verb("outline", ASK, "Print what a BPMN file says, a line for each fact.", reads_settings=False),
        _verb("picture", ASK, "Draw a BPMN file as SVG.", reads_settings=False),
        _verb("usage", ASK, "Find what definitions use, such as topics, classes and called keys.", reads_settings=False),
        _verb("events", ASK, "List what was changed, by whom and when, and follow it.", reads_settings=False),
        _verb("deploy", CHANGE, "Deploy files as one deployment.", reads_settings=False),
        _verb("suspend", CHANGE, "Suspend a definition, now or later.", reads_settings=False, module="suspending"),
        _verb("activate", CHANGE, "Activate a suspended definition, now or later.", reads_settings=False, module="suspending"),
        _verb("delete", CHANGE, "Delete definitions or a deployment.", reads_settings=False, module="deleting"),
        _verb("cleanup", CHANGE, "Delete old versions that nothing needs.", reads_settings=False),
        _verb("diff", MOVE, "Show what differs between two BPMN files, from A to B.", reads_settings=False),
        _verb("wait", MOVE, "Wait until a server has a definition.", reads_settings=False),
        _verb("compare", MOVE, "Compare the latest definitions of two servers, by key and tenant.", reads_settings=False),
        _verb("promote", MOVE, "Take definitions from one server to another.", reads_settings=False),
        _verb("export", MOVE, "Write the latest definitions of a server into DIR, or its history.", reads_settings=False),
        _verb("backup", RUN, "Write all data of the store to FILE, also while procdef runs."),
        _verb("restore", RUN, "Put the data of a backup into an empty store.", module="backup"),
        Verb("import", RUN, "Deploy the BPMN files in DIR and its subfolders straight into the store.", "importing", "import_folder"),
        _verb("context", RUN, "List, add, choose and remove contexts: servers that have names.", reads_settings=False),
        _verb("completion", RUN, "Print what makes a shell complete the words of procdef.", reads_settings=False),
        _verb("doctor", RUN, "Check the settings, the store and the server, and say what to do.", reads_settings=False),
        Verb("help", RUN, "Show the help of a command, or of all as JSON.", "helping", "show_help", reads_settings=False),
        _verb("hook", RUN, "Add, list, test and remove hooks, to which events are sent."),
        _verb("job", RUN, "List, retry or remove delayed changes that failed."),
        _verb("mirror", RUN, "Copy an engine's definitions, and keep the copy up to date."),
        _verb("openapi", RUN, "Write the OpenAPI document of a REST API to FILE."),
        _verb("serve", RUN, "Serve the REST APIs until Ctrl-C or a signal.", reads_settings=False),
        _verb("token", RUN, "Add, list and remove tokens, with which programs log in."),
        _verb("user", RUN, "Add, list and remove users; change passwords."),
        _verb("reference", RUN, "Write the reference pages of the documentation into FOLDER.", hidden=True),
    )
}
"""Every command by its name, in the order of the help."""
