"""The database: SQLAlchemy Core on SQLite and PostgreSQL, one code path.

Rows never leave this package; repositories return domain types.
"""
