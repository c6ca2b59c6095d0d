"""Screens of the plan: what a command prints is compared with a file of `screens`, sign by sign."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from click.testing import Result

SCREENS = Path(__file__).parent / "screens"


def check(name: str, command: str, done: Result, masks: Sequence[tuple[str, str]] = ()) -> None:
    """Compare what a command printed, on both outputs, and its exit status with a screen. `masks` are texts to be replaced by others."""
    text = done.output
    for found, shown in masks:
        assert found in text, (found, text)
        text = text.replace(found, shown)
    text = f"$ {command}\n{text}[exit {done.exit_code}]\n"
    assert text == (SCREENS / f"{name}.txt").read_text(encoding="utf-8")
