"""The database behind the ports: SQLAlchemy Core on SQLite and PostgreSQL, one code path.

`database` the entry: engine, units of work, bulk writer · `settings` pool and timeouts ·
`engines` connections of both kinds · `unit_of_work` one transaction · `tables` the schema ·
`append_only` the triggers · `migrate` and `migrations` Alembic · `payloads` all personal data and
templates · `template_blobs` and `bodies` their forms · `row_numbers` who gets which row ·
`people` `encounters` `changes` `erasure` `searches` `cases` `links` `tokens` `event_log` the
repositories · `bulk` the loader's path. Rows never leave this package.
"""
