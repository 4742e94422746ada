"""What each worker would make for itself, made once before the workers are forked."""

from __future__ import annotations

import gc
import tempfile
from functools import cache
from importlib import import_module
from pathlib import Path

import typer
from jinja2 import FileSystemBytecodeCache

from matching.scorer import Scorer, load_scorer
from service.app import create_app
from service.bootstrap.runtime import assemble
from service.main import app
from service.public import rendering as public_pages
from service.settings import load_settings
from service.storage.engine.migrate import upgrade
from service.web import rendering as pages


@cache
def shipped_model() -> Scorer:
    """Return the shipped model, read once for all workers."""
    return load_scorer()


@cache
def empty_sqlite() -> bytes:
    """Return the file of a migrated, empty SQLite database, made once for all workers."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "empty.db"
        upgrade(f"sqlite:///{file}")
        return file.read_bytes()


_LOADED_LATE = ("pyhanko.sign", "pyhanko_certvalidator.registry", "segno", "webauthn")
"""What the service loads when it is asked for: nothing of this starts a thread."""


def make_ahead() -> None:
    """Make an empty database, the model and the commands."""
    empty_sqlite()
    shipped_model()
    # Commands load what they need when they are asked for.
    dict(typer.main.get_group(app).commands)


def keep_pages(directory: Path) -> None:
    """Keep templates as compiled in a directory: each worker compiled a hundred for itself."""
    directory.mkdir()
    for rendering in (pages, public_pages):
        rendering._environment().bytecode_cache = FileSystemBytecodeCache(str(directory))


def make_for_many() -> None:
    """Make what is worth its two seconds before thousands of tests: the OpenAPI document."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "empty.db"
        file.write_bytes(empty_sqlite())
        url = f"sqlite:///{file}"
        settings = load_settings(store=Path(directory) / "store", database_url=url)
        runtime = assemble(settings, shipped_model())
        create_app(runtime).openapi()
        runtime.close()
    for name in _LOADED_LATE:
        import_module(name)


def keep() -> None:
    """Leave what there is out of later garbage collections: workers share its memory.

    What little of it is garbage stays: to find it took a second in which no test runs.
    """
    gc.freeze()
