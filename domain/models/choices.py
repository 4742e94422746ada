"""The model that an administrator chose, after its effect on stored searches was seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.ids import ModelChoiceId, UserId


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A choice of a model; the one with the highest number holds from the next start on.

    `searches`: how many stored searches were weighed under both models before. `changed`: of them,
    those with another leader, or with a candidate in another band.
    """

    choice_id: ModelChoiceId
    number: int
    model_digest: str
    previous_digest: str
    searches: int
    changed: int
    chosen_by: UserId
    chosen_at: datetime
