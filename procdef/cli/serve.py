"""Serving the REST APIs."""

from __future__ import annotations

import os

import click


@click.command()
@click.option("--host", metavar="ADDRESS", help="Address to listen on, instead of that of HOST.")
@click.option("--port", metavar="NUMBER", help="Port to listen on, instead of that of PORT.")
@click.option("--workers", metavar="NUMBER", help="Workers, instead of PROCDEF_WORKERS.")
def serve(host: str | None, port: str | None, workers: str | None) -> None:
    """Serve the REST APIs until Ctrl-C or a signal.

    All other settings are environment variables. The store is created or migrated first.
    """
    given = {"HOST": host, "PORT": port, "PROCDEF_WORKERS": workers}
    os.environ.update({variable: value for variable, value in given.items() if value is not None})
    from procdef.settings import load

    load()  # a wrong setting is an error of the command, before the server is imported
    from procdef.server.serve import serve as run

    run()
