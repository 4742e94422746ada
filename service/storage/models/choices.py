"""The models that administrators chose."""

from __future__ import annotations

from sqlalchemy import select

from domain.errors import ConflictError
from domain.models.choices import ModelChoice
from service.storage.engine.rows import row_of, value_of
from service.storage.engine.writes import insert_unless_taken
from service.storage.tables.models import model_choices
from service.storage.transaction import TransactionPart


class ModelChoices(TransactionPart):
    """Everything here is written once."""

    def last(self) -> ModelChoice | None:
        """Return the choice in force, None before the first."""
        query = select(model_choices).order_by(model_choices.c.number.desc()).limit(1)
        row = self._connection.execute(query).first()
        return None if row is None else value_of(ModelChoice, row)

    def add(self, choice: ModelChoice) -> None:
        """Store a choice; raises ConflictError when another was made meanwhile."""
        row = row_of(model_choices, choice)
        if not insert_unless_taken(self._connection, model_choices, row, key=("number",)):
            raise ConflictError("Another model was chosen since: compare again.")
