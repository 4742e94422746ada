"""The events of models: fitted on cases, chosen, and the law they hold under."""

from __future__ import annotations

from collections.abc import Iterator

from domain.events.declaring import Event
from domain.events.models import LawStateChanged, ModelChosen, ModelFitted, Rehearsed
from domain.ids import LawStateId, ModelChoiceId, RehearsalId
from domain.searches.models import LawState, RehearsalSource


def model_events() -> Iterator[Event]:
    """Yield one event of each type."""
    yield ModelFitted("2" * 64, cases=400, pairs=1_900)
    yield ModelChosen(
        ModelChoiceId("choice-1"), "2" * 64, previous_digest="1" * 64, searches=500, changed=12
    )
    yield Rehearsed(
        RehearsalId("rehearsal-1"),
        source=RehearsalSource.BOTH_ENDS,
        template_format="identlink-synthetic-192/1",
        extractor="",
        index_digest="3" * 64,
        persons=12_000,
        searches=768,
    )
    yield LawStateChanged(
        LawStateId("state-1"),
        asker_force="01",
        account="custody-suite",
        model_digest="2" * 64,
        state=LawState.MOVED,
        searches=41,
        evidence_log10=68,
    )
