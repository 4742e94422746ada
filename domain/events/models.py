"""Models fitted on cases and chosen, and the law that they hold under."""

from __future__ import annotations

from domain.events.declaring import Event, Subject, event
from domain.events.rows import Leaves
from domain.ids import LawStateId, ModelChoiceId, RehearsalId
from domain.models import LawState, RehearsalSource


@event("model-fitted")
class ModelFitted(Event):
    """A model was fitted on the office's own decided cases; prints and details were read."""

    model_digest: str
    cases: int
    pairs: int


@event("model-chosen", leaves=Leaves("model_choices", by="chosen_by"))
class ModelChosen(Event):
    """An administrator chose the model that the service uses from its next start on."""

    choice_id: Subject[ModelChoiceId]
    model_digest: str
    previous_digest: str
    searches: int
    """How many stored searches were weighed under both models before."""
    changed: int
    """How many of them have another leader or another band."""


@event("rehearsed", leaves=Leaves("rehearsals", by="made_by", parts=("rehearsal_doubts",)))
class Rehearsed(Event):
    """Searches of the gallery were counted by how alike their strangers were."""

    rehearsal_id: Subject[RehearsalId]
    source: RehearsalSource
    template_format: str
    extractor: str
    """Empty where templates are made elsewhere."""
    index_digest: str
    persons: int
    searches: int
    """The counts themselves are in the row, whose digest the event states."""


@event("law-state-changed", leaves=Leaves("law_states", by="set_by"))
class LawStateChanged(Event):
    """The watch found that the prints of a source moved, or a person set the source back."""

    state_id: Subject[LawStateId]
    asker_force: str
    """Empty for all forces."""
    account: str
    """Empty for all accounts of the force."""
    model_digest: str
    state: LawState
    searches: int
    evidence_log10: int
    """log10 of the evidence against the home law, in tenths."""
