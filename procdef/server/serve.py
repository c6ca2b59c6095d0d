"""`procdef serve`: gunicorn in this process, with procdef's configuration."""

from __future__ import annotations

import sys
from typing import Any

from gunicorn.app.base import Application
from gunicorn.util import import_app

CONFIGURATION = "python:procdef.server.config"


class Server(Application):  # type: ignore[misc]
    """Gunicorn without its command line. Its variable GUNICORN_CMD_ARGS counts, as for `gunicorn -c python:procdef.server.config`."""

    def load_config(self) -> None:
        """Read procdef's configuration, then GUNICORN_CMD_ARGS."""
        self.load_config_from_file(CONFIGURATION)
        options = self.cfg.parser().parse_args(self.cfg.get_cmd_args_from_env())
        for name, value in vars(options).items():
            if value is not None and name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """The WSGI application of a worker."""
        return import_app(self.cfg.wsgi_app)


def serve() -> None:
    """Serve until a signal ends the process."""
    sys.argv = sys.orig_argv[1:]  # gunicorn starts itself again with these upon SIGUSR2, and `python -m` has another sys.argv
    Server(prog="procdef serve").run()
