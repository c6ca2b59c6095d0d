"""What `procdef serve` makes of its options, of the settings and of gunicorn's variable; tests/test_packaging.py has it serve."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest


def serve(folder: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `procdef serve`, in a way that it only shows its configuration."""
    words = [sys.executable, "-m", "procdef", "serve", *options]
    shown = {"GUNICORN_CMD_ARGS": "--print-config --backlog 7", "PROCDEF_DATABASE_URL": f"sqlite:///{folder}/p.db"}
    return subprocess.run(words, env={**os.environ, **shown, **environment}, capture_output=True, text=True, timeout=60, check=False)


CONFIGURED = [
    ((), {}, {"bind": "['127.0.0.1:8080']", "workers": "2"}),
    ((), {"HOST": "::1", "PORT": "81", "PROCDEF_WORKERS": "5"}, {"bind": "['[::1]:81']", "workers": "5"}),
    (("--host", "localhost", "--port", "82", "--workers", "3"), {"PORT": "x"}, {"bind": "['localhost:82']", "workers": "3"}),
]


@pytest.mark.parametrize(("options", "environment", "expected"), CONFIGURED)
def test_an_option_counts_before_its_setting(
    tmp_path: Path, options: tuple[str, ...], environment: dict[str, str], expected: dict[str, str]
) -> None:
    done = serve(tmp_path, *options, **environment)
    shown = dict(re.findall(r"^(\w+) += (.*)$", done.stdout, re.MULTILINE))
    assert (done.returncode, done.stderr) == (0, "")
    assert {name: shown[name] for name in expected} == expected
    assert (shown["backlog"], shown["worker_class"]) == ("7", "procdef.server.worker.LingeringWorker")


def test_a_wrong_option_is_one_line_that_names_the_setting(tmp_path: Path) -> None:
    done = serve(tmp_path, "--port", "x", PROCDEF_WORKER="1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "procdef: PORT='x' is not a valid value: Not a valid integer.\n"
