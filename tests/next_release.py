"""The release after this one, as far as its schema goes: one step more, which tests invent."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.storage.engine import migrate

NEXT = f"{int(migrate.latest()) + 1:04}"
STEP = f'''
import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{migrate.latest()}"


def upgrade():
    op.create_table("later_notes", sa.Column("note", sa.String, primary_key=True))
    op.add_column("cases", sa.Column("later", sa.String, server_default="none yet"))
'''


def write_step(migrations: Path) -> None:
    """Add the migration of the next release to a directory of migrations."""
    (migrations / "versions" / f"v{NEXT}_later.py").write_text(STEP)


@contextmanager
def next_release(place: Path) -> Iterator[None]:
    """Let this process have the migrations of the next release, which are written to `place`."""
    shutil.copytree(migrate._MIGRATIONS, place)
    write_step(place)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(migrate, "_MIGRATIONS", place)
        _read_again()
        try:
            yield
        finally:
            patched.undo()
            _read_again()


def _read_again() -> None:
    for read in (migrate._chain, migrate.latest):
        read.cache_clear()
