"""The database: SQLAlchemy Core on SQLite and PostgreSQL, with one code path for both.

Database rows never leave this package; repositories return domain types.
"""
