"""Runs the migrations on the connection that `service.storage.engine.migrate` passes in."""

from alembic import context

from service.storage.tables.metadata import METADATA


def run() -> None:
    """Run in one transaction, also on SQLite, so that an interrupted upgrade leaves no trace."""
    context.configure(
        connection=context.config.attributes["connection"],
        # Names constraints in the same way as the tables do.
        target_metadata=METADATA,
        transactional_ddl=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
