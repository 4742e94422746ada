"""What the service loads before it does anything: memory of each process that serves."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("sklearn", "scipy", "matplotlib", "pandas", "faker", "splink")
"""Fitting models, drawing pictures, making people up."""


@pytest.mark.parametrize("module", ["service.app", "service.main"])
def test_heavy_libraries_are_loaded_where_they_are_used_alone(module: str) -> None:
    code = f"import sys, {module}; print(*(name for name in {HEAVY} if name in sys.modules))"

    loaded = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert loaded == []
