"""What the service loads before it does anything: memory of each process that serves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("sklearn", "scipy", "matplotlib", "pandas", "faker", "splink")
"""Fitting models, drawing pictures, making people up."""


EVERY_COMMAND = "import service.main, typer; dict(typer.main.get_group(service.main.app).commands)"


@pytest.mark.parametrize("code", ["import service.app", EVERY_COMMAND])
@pytest.mark.dear("starts processes that import everything")
def test_heavy_libraries_are_loaded_where_they_are_used_alone(code: str) -> None:
    assert _loaded(code, HEAVY) == []


def test_a_command_does_not_wait_for_what_others_need() -> None:
    listed = "import service.main, typer; list(typer.main.get_group(service.main.app).commands)"

    assert (
        _loaded(listed, ("service.app", "service.demo", "service.cli.training", "fastapi")) == []
    )


@pytest.mark.slow
def test_the_demo_loads_nothing_that_fits_or_draws(tmp_path: Path) -> None:
    arguments = [
        "demo",
        "--persons",
        "100",
        "--no-serve",
        "--json",
        "--store",
        str(tmp_path / "s"),
    ]
    code = f"from service.main import app; app({arguments}, standalone_mode=False)"

    assert _loaded(code, (*(set(HEAVY) - {"faker"}), "psycopg")) == []


def _loaded(code: str, modules: tuple[str, ...]) -> list[str]:
    """Return which of these modules a process has loaded after this."""
    told = f"import sys; print(*(name for name in {modules} if name in sys.modules))"
    printed = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", f"{code}; {told}"], capture_output=True, text=True, check=True
    ).stdout
    return printed.splitlines()[-1].split()
