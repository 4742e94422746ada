"""Models: fitted on cases, chosen, and monitored for changes in the distribution of scores."""

from domain.events.declaring import Event, Subject, event
from domain.events.rows import Leaves
from domain.ids import LawStateId, ModelChoiceId, RehearsalId
from domain.searches.models import LawState, RehearsalSource


@event("model-fitted")
class ModelFitted(Event):
    """A model was fitted on the office's own decided cases; prints and details were read."""

    model_digest: str
    cases: int
    pairs: int


@event("model-chosen", leaves=Leaves("model_choices", by="chosen_by"))
class ModelChosen(Event):
    """An administrator chose the model that the service will use from its next start."""

    choice_id: Subject[ModelChoiceId]
    model_digest: str
    previous_digest: str
    searches: int
    """The number of stored searches that were weighed under both models before the choice."""
    changed: int
    """The number of these searches whose first candidate or band is different."""


@event("rehearsed", leaves=Leaves("rehearsals", by="made_by", parts=("rehearsal_doubts",)))
class Rehearsed(Event):
    """A rehearsal counted searches by how similar the prints of other people were."""

    rehearsal_id: Subject[RehearsalId]
    source: RehearsalSource
    template_format: str
    extractor: str
    """The extractor; empty if templates are made elsewhere."""
    index_digest: str
    persons: int
    searches: int
    """The number of searches. The counts are in the row, whose digest the event states."""


@event("law-state-changed", leaves=Leaves("law_states", by="set_by"))
class LawStateChanged(Event):
    """Model checks changed their finding about a source of prints, or a person reset it."""

    state_id: Subject[LawStateId]
    asker_force: str
    """Code of the force; empty for all forces."""
    account: str
    """The account; empty for all accounts of the force."""
    model_digest: str
    state: LawState
    searches: int
    evidence_log10: int
    """log10 of the evidence against the home law, in tenths."""
