"""Roles admitted to accounts: the check of a column that a later release widens."""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

_AFTER = "'case-officer'"


def admit_role(role: str) -> None:
    """Let accounts have one more role, whatever roles they may have by now.

    SQLite has no statement for it, and a rebuilt table would break the references to it inside
    this transaction: its documented way is to write the text of the check and count the schema up.
    """
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        version = int(bind.exec_driver_sql("PRAGMA schema_version").scalar_one())
        bind.exec_driver_sql("PRAGMA writable_schema = ON")
        bind.execute(
            sa.text(
                "UPDATE sqlite_master SET sql = replace(sql, :old, :new)"
                " WHERE type = 'table' AND name = 'accounts'"
            ),
            {"old": _AFTER, "new": f"{_AFTER}, '{role}'"},
        )
        bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
        bind.exec_driver_sql("PRAGMA writable_schema = RESET")
        return
    name = "ck_accounts_role_known"
    asked = sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")
    stated = str(bind.execute(asked, {"name": name}).scalar_one())
    roles = [*re.findall(r"'([a-z-]+)'", stated), role]
    op.drop_constraint(op.f(name), "accounts", type_="check")
    listed = ", ".join(f"'{one}'" for one in roles)
    op.create_check_constraint("role_known", "accounts", f"role IN ({listed})")
