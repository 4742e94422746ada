"""The chain of migrations is read without Alembic, and as Alembic reads it."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from service.storage.engine import migrate


def test_the_revisions_are_those_that_alembic_finds() -> None:
    config = Config()
    config.set_main_option(
        "script_location", str(Path(migrate.__file__).parents[1] / "migrations")
    )
    scripts = ScriptDirectory.from_config(config)
    known = [script.revision for script in scripts.walk_revisions()]

    assert migrate.latest() == scripts.get_current_head()
    assert all(migrate.is_known(revision) for revision in known)
    assert not migrate.is_known("9999")
