"""The type of a row as SQLAlchemy returns it, whatever its columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

AnyRow = Row[*tuple[Any, ...]]
