"""Run every published client's calls, one line a call; exit status 1 where one fails that was not known to."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.clients import camunda_client_calls, generic_calls, pycamunda_calls
from tests.clients.calls import Call, World
from tests.servers.procdef import procdef

CLIENTS: Mapping[str, Sequence[Call]] = {
    "generic-camunda-client": generic_calls.CALLS,
    "pycamunda": pycamunda_calls.CALLS,
    "camunda-client": camunda_client_calls.CALLS,
}


def main() -> int:
    """The exit status."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--base", help="ask the server with this REST base, as http://127.0.0.1:8080/engine-rest, and do not start procdef"
    )
    base = options.parse_args().base
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        base = base or stack.enter_context(procdef(folder))
        failed = sum(run(name, calls, World(base, folder)) for name, calls in CLIENTS.items())
    passed = sum(map(len, CLIENTS.values())) - failed
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def run(client: str, calls: Sequence[Call], world: World) -> int:
    """Make the calls of a client and print a line of each; how many failed."""
    failed = 0
    for call in calls:
        wrong = call.made(world)
        verdict = f"FAILED: {wrong}" if wrong else "a fault of the client" if call.fault else "ok"
        print(f"{client}: {call.name}: {verdict}", flush=True)
        failed += wrong is not None
    return failed


if __name__ == "__main__":
    sys.exit(main())
