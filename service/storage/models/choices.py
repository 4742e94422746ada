"""The models that administrators chose."""

from __future__ import annotations

from sqlalchemy import select

from domain.errors import ConflictError
from domain.models.choices import ModelChoice
from service.storage.tables.models import model_choices
from service.storage.transaction import TransactionPart


class ModelChoices(TransactionPart):
    """Everything here is written once."""

    def last(self) -> ModelChoice | None:
        """Return the choice in force, None before the first."""
        query = select(model_choices).order_by(model_choices.c.number.desc()).limit(1)
        return self._one(ModelChoice, query)

    def add(self, choice: ModelChoice) -> None:
        """Store a choice; raises ConflictError when another was made meanwhile."""
        if not self._add_new(model_choices, choice, unless_taken=("number",)):
            raise ConflictError("Another model was chosen meanwhile: compare again.")
