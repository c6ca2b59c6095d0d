"""The configuration file: the servers that have names, called contexts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from procdef.client.errors import WrongConfiguration

CONFIG = "PROCDEF_CONFIG"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""What the name of a context looks like. It has no colon, because `NAME:KEY` names a definition of a context."""
WITH_SECRET = re.compile(r"[^/]*//[^/?#]*@")
"""What the beginning of an address with a user name or a password looks like."""
NO_SECRETS = {"password": "password_command", "token": "token_command"}
"""Members that would be secrets in a file, each with the member to use instead."""


@dataclass(frozen=True, slots=True)
class Context:
    """A server with a name. Each attribute but `name` is a member of its table in the file.

    `url`: the address of the REST API. `user`: a name for HTTP Basic. `password_command`, `token_command`: programs that print the secret.
    `protected`: changes ask first.
    """

    name: str
    url: str
    user: str | None = None
    password_command: str | None = None
    token_command: str | None = None
    protected: bool = False

    def members(self) -> dict[str, Any]:
        """The members that the file has: those that are set."""
        return {name: value for name in MEMBERS if (value := getattr(self, name))}


MEMBERS: Mapping[str, type] = {entry.name: bool if entry.type == "bool" else str for entry in fields(Context) if entry.name != "name"}
"""The members of a context in the file, with the type of each."""


@dataclass(frozen=True, slots=True)
class Contexts:
    """What the configuration file says. `current` is the name of the context that commands use if nothing else is named."""

    path: Path
    current: str | None = None
    contexts: Mapping[str, Context] = field(default_factory=dict)

    def get(self, name: str) -> Context:
        """The context of this name. Raises WrongConfiguration if there is none."""
        if found := self.contexts.get(name):
            return found
        known = (
            f"There are {', '.join(sorted(self.contexts))}."
            if self.contexts
            else "There are no contexts: add one with `procdef context add`."
        )
        raise WrongConfiguration(f"There is no context {name!r} in {self.path}. {known}")


def path_of(environ: Mapping[str, str]) -> Path:
    """Where the configuration file is: PROCDEF_CONFIG, or `procdef/config.toml` in the XDG folder for configuration."""
    if named := environ.get(CONFIG):
        return Path(named)
    folder = environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME") or Path.home(), ".config")
    return Path(folder, "procdef", "config.toml")


def load(environ: Mapping[str, str]) -> Contexts:
    """Read the configuration file; a missing one has no contexts. Raises WrongConfiguration."""
    path = path_of(environ)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Contexts(path)
    except (OSError, UnicodeDecodeError) as error:
        raise WrongConfiguration(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}.") from error
    except tomllib.TOMLDecodeError as error:
        raise WrongConfiguration(f"{path} is no TOML: {error}.") from error
    except RecursionError as error:
        raise WrongConfiguration(f"{path} is no TOML: it is nested too deeply.") from error
    return _contexts(path, data)


def _contexts(path: Path, data: Mapping[str, Any]) -> Contexts:
    current, tables = data.get("current"), data.get("contexts", {})
    if unknown := data.keys() - {"current", "contexts"}:
        raise WrongConfiguration(f"{path} has an unknown member {min(unknown)!r}; it may have `current` and `contexts`.")
    if not isinstance(tables, Mapping) or not isinstance(current, str | None):
        raise WrongConfiguration(f"In {path}, `contexts` must be tables and `current` the name of one.")
    return Contexts(path, current, {name: context_of(name, table, f"{path}, context {name!r}") for name, table in tables.items()})


def context_of(name: str, table: object, where: str) -> Context:
    """A context from its members. `where` begins the message of an error. Raises WrongConfiguration."""
    if not NAME.fullmatch(name):
        raise WrongConfiguration(f"{where}: a name has letters, digits, dots, dashes and underscores, and begins with a letter or a digit.")
    if not isinstance(table, Mapping):
        raise WrongConfiguration(f"{where}: it must be a table.")
    for member, value in table.items():
        _check(member, value, where)
    if not table.get("url"):
        raise WrongConfiguration(f"{where}: `url` is missing.")
    return Context(name, **table)


def _check(member: str, value: object, where: str) -> None:
    if member in NO_SECRETS:
        raise WrongConfiguration(f"{where}: `{member}` would be a secret in a file. Use `{NO_SECRETS[member]}`.")
    if member not in MEMBERS:
        raise WrongConfiguration(f"{where}: unknown member {member!r}; it may have {', '.join(MEMBERS)}.")
    if not isinstance(value, MEMBERS[member]):
        raise WrongConfiguration(f"{where}: `{member}` must be {'true or false' if MEMBERS[member] is bool else 'a text'}.")
    if member == "url" and WITH_SECRET.match(str(value)):
        raise WrongConfiguration(f"{where}: `url` has a user name or password in it. Use `user` and `password_command`.")


def added(text: str, context: Context) -> str:
    """The text of a configuration file with one more context. Comments stay."""
    import tomlkit

    document = tomlkit.parse(text)
    contexts = document.setdefault("contexts", tomlkit.table(is_super_table=True))
    table = tomlkit.table()
    table.update(context.members())
    contexts[context.name] = table
    return tomlkit.dumps(document)


def removed(text: str, name: str) -> str:
    """The text of a configuration file without a context. If it was the current one, there is none then."""
    import tomlkit

    document = tomlkit.parse(text)
    del document["contexts"][name]
    if document.get("current") == name:
        del document["current"]
    return tomlkit.dumps(document)


def with_current(text: str, name: str) -> str:
    """The text of a configuration file whose current context is this one."""
    import tomlkit

    document = tomlkit.parse(text)
    if "current" in document:
        document["current"] = name
        return tomlkit.dumps(document)
    return f"current = {tomlkit.string(name).as_string()}\n{text}"
