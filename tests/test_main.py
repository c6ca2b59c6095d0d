"""The program, before a command begins."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

SLOW = "import os, time\nos.write(1, b'.')\ntime.sleep(60)\n"
ROOT = Path(__file__).parents[1]


def test_ctrl_c_while_a_command_is_imported_prints_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text(SLOW, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    # the tests may run in the background of a shell, where Ctrl-C is ignored
    command = ["env", "--default-signal=INT", sys.executable, "-m", "procdef", "--help"]
    started = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert started.stdout is not None
    assert started.stdout.read(1) == b"."
    started.send_signal(signal.SIGINT)
    assert (*started.communicate(timeout=30), started.returncode) == (b"", b"", -signal.SIGINT)
