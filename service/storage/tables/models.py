"""The models of evidence that were chosen, and the monitoring of their distributions."""

from sqlalchemy import Column, Float, PrimaryKeyConstraint

from service.storage.tables.about import OF_PAIR, Seen, Via, about
from service.storage.tables.metadata import (
    Rows,
    big_numbers,
    by_at,
    days,
    keys,
    moments,
    numbers,
    protected,
    refers,
    stored,
    texts,
)

model_choices = stored(
    "model_choices",
    *keys("choice_id"),
    *numbers("number", unique=True),
    *texts("model_digest", "previous_digest"),
    *numbers("searches", "changed"),
    *by_at("chosen"),
)
"""The models that administrators chose; the choice with the highest number is in force."""

law_states = stored(
    "law_states",
    *keys("state_id"),
    *numbers("number", unique=True),
    *texts("asker_force", "account", "model_digest", "state"),
    *big_numbers("searches"),
    *numbers("evidence_log10"),
    *by_at("set"),
)
"""States found by the watch on the distribution, or set by a person; a source's newest counts."""

law_streams = stored(
    "law_streams",
    *texts("asker_force", "account", "model_digest", "grown"),
    *big_numbers("searches"),
    *moments("seen_at"),
    PrimaryKeyConstraint("asker_force", "account", "model_digest"),
    info=protected(Rows.MOVING, fixed=("asker_force", "account", "model_digest")),
)
"""The evidence for each source since its distribution last held; numbers without any person."""

rehearsals = stored(
    "rehearsals",
    *keys("rehearsal_id"),
    *numbers("number", unique=True),
    *texts("source", "template_format", "extractor", "index_digest"),
    *big_numbers("persons", "searches"),
    *texts("counts"),
    *by_at("made"),
)
"""How similar the strangers in counted searches were; numbers without any person."""

rehearsal_doubts = stored(
    "rehearsal_doubts",
    refers("rehearsal_id", "rehearsals"),
    refers("case_id", "gallery_cases"),
    *texts("kind"),
    *numbers("step", "searches"),
    PrimaryKeyConstraint("rehearsal_id", "case_id", "kind", "step"),
    info=about(Via("case_id", "gallery_cases"), seen=Seen.NO_CONTENT, shared=OF_PAIR),
)
"""Rehearsals whose stranger may be the same person; people decide this in a gallery case."""

law_sketches = stored(
    "law_sketches",
    *days("week"),
    *texts("asker_force", "account", "model_digest", "kind"),
    *numbers("finger", "band"),
    *big_numbers("impressions"),
    *(
        Column(name, Float, nullable=False)
        for name in ("mean", "mean_squares", "spread", "quality")
    ),
    PrimaryKeyConstraint(
        "week", "asker_force", "account", "model_digest", "kind", "finger", "band"
    ),
    info=protected(
        Rows.MOVING,
        fixed=("week", "asker_force", "account", "model_digest", "kind", "finger", "band"),
        growing=("impressions",),
    ),
)
"""Sums over the impressions of a week, by source, kind, finger and quality band."""
