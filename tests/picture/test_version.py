"""The version of the drawing is that of its modules."""

from __future__ import annotations

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
