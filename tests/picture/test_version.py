"""The version of the drawing is that of its modules."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from procdef.picture import version
from procdef.picture.version import PACKAGES, drawing_version


def test_it_is_the_same_in_every_process_and_short_enough_for_its_column() -> None:
    assert drawing_version() == drawing_version.__wrapped__()
    assert len(drawing_version()) == 32


def test_every_module_counts_also_those_of_inner_packages(tmp_path: Path) -> None:
    modules = version._modules(files(PACKAGES[0]))
    assert (Path(version.__file__).parent / "layouts" / "routes.py").read_bytes() in modules
    (tmp_path / "inner").mkdir()
    for name in ("a.py", "b.txt", "inner/c.py"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    assert version._modules(tmp_path) == [b"a.py", b"inner/c.py"]


def test_the_packages_are_those_with_whose_modules_a_picture_is_drawn() -> None:
    script = "import sys, procdef.picture.drawing; print(*(name for name in sys.modules if name.startswith('procdef.bpmn.')))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    packages = {name.rpartition(".")[0] for name in loaded if name.count(".") > 2}
    assert packages == {*PACKAGES[1:], "procdef.bpmn.rules"}  # of the rules only `abort` is used, an exception
