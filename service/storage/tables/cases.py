"""Cases, sealed work of examiners, what findings are based on, and doubts about the gallery.

The constraints make self-verification impossible.
"""

import sqlalchemy as sa

from domain.examination.cases import CaseState, DecisionKind, FurtherCause, Outcome
from domain.examination.finding_policy import ReportTopic
from domain.forces import NO_FORCE
from service.storage.tables.about import (
    OF_COMPARISON,
    OF_PAIR,
    OfPerson,
    Seen,
    Via,
    about,
    about_nobody,
    sealed,
)
from service.storage.tables.metadata import (
    Rows,
    UtcDateTime,
    big_numbers,
    by_at,
    identified,
    keys,
    moments,
    number_keys,
    numbered,
    numbers,
    one_of,
    protected,
    refers,
    refers_together,
    stored,
    texts,
    truths,
)

NEVER = "1970-01-01 00:00:00.000000"
"""The default with which the column `ready_at` was added; the real values were set immediately."""


def is_control(table: sa.Table) -> sa.ColumnElement[bool]:
    """Return the condition for control items, in a table with a column `force`.

    The value is literal SQL, because a partial index is used only for a condition that is literal.
    """
    written: sa.ColumnElement[bool] = table.c.force == sa.literal_column(f"'{NO_FORCE}'")
    return written


cases = stored(
    "cases",
    *identified("case_row", "case_id"),
    refers("search_id", "searches", unique=True),
    sa.Column("force", sa.String(2), nullable=False),
    *texts("activity", "state"),
    *moments("opened_at"),
    *texts("revision"),
    *texts("claimed_by", nullable=True),
    sa.Column("priority", sa.String, nullable=False, server_default="routine"),
    sa.Column("ready_at", UtcDateTime, nullable=False, server_default=NEVER),
    sa.UniqueConstraint("case_id", "search_id"),
    one_of("state", CaseState),
    sa.Index(None, "state", "case_row"),
    sa.Index("ix_cases_revision", "revision"),
    info=protected(
        Rows.MOVING,
        fixed=("case_row", "case_id", "search_id", "force", "activity", "opened_at"),
    )
    | about(Via("search_id", "searches"), seen=Seen.NO_CONTENT, shared=OF_COMPARISON),
)

examinations = stored(
    "examinations",
    refers("case_id", "cases", primary_key=True),
    *keys("examiner"),
    *big_numbers("shuffle_seed"),
    *moments("begun_at"),
)

examination_exemplars = stored(
    "examination_exemplars",
    *keys("case_id", "examiner"),
    *number_keys("position"),
    *texts("label"),
    refers("candidate_id", "candidates"),
    sa.UniqueConstraint("case_id", "examiner", "label"),
    sa.UniqueConstraint("case_id", "examiner", "candidate_id"),
    refers_together("examinations", "case_id", "examiner"),
)
"""The order and the labels in which one examiner is shown the exemplars."""

analyses = stored(
    "analyses",
    refers("case_id", "cases", primary_key=True),
    *keys("examiner"),
    *truths("is_of_value"),
    *moments("sealed_at"),
    sealed(of=("case_id", "examiner")),
    sealed("markup_id", of=("case_id", "examiner"), nullable=True),
    info=about(Via("case_id", "cases"), seen=Seen.OFFICE_WORDS),
)
"""`payload_id`, here and below, is the text that the examiner wrote, 0 for none; `markup_id` is
the mark-up of the probe, empty for none."""

_ABOUT_COMPARED = about(
    Via("case_id", "cases"),
    Via("candidate_id", "candidates"),
    seen=Seen.OFFICE_WORDS,
    shared=OF_COMPARISON,
)

comparisons = stored(
    "comparisons",
    numbered("comparison_row"),
    refers("case_id", "cases"),
    *texts("examiner", "label"),
    refers("candidate_id", "candidates", index=True),
    *texts("outcome"),
    *moments("sealed_at"),
    sealed(of=("case_id", "examiner", "label", "candidate_id")),
    *texts("fingers_compared", "fingers_identified", nullable=True),
    *numbers("policy_version", "points_marked", "points_added", nullable=True),
    sa.UniqueConstraint("case_id", "examiner", "label"),
    sa.UniqueConstraint("case_id", "examiner", "candidate_id"),
    one_of("outcome", Outcome),
    info=_ABOUT_COMPARED,
)

decisions = stored(
    "decisions",
    *identified("decision_row", "decision_id"),
    refers("case_id", "cases"),
    *texts("decided_by", "kind", "outcome"),
    refers("candidate_id", "candidates", nullable=True),
    *moments("sealed_at"),
    *big_numbers("shuffle_seed"),
    sealed(of=("decision_id", "case_id", "decided_by")),
    *texts("fingers_compared", "fingers_identified", nullable=True),
    sa.UniqueConstraint("case_id", "decided_by"),
    # What a link refers to: the decision with its decider and the identified candidate.
    sa.UniqueConstraint("case_id", "decision_id", "decided_by"),
    sa.UniqueConstraint("case_id", "decision_id", "decided_by", "candidate_id"),
    one_of("kind", DecisionKind),
    one_of("outcome", Outcome),
    sa.CheckConstraint(
        "(outcome = 'identified') = (candidate_id IS NOT NULL)", name="candidate_if_identified"
    ),
    info=_ABOUT_COMPARED,
)


further_examinations = stored(
    "further_examinations",
    *identified("further_row", "further_id"),
    refers("case_id", "cases", index=True),
    *texts("cause"),
    *by_at("asked"),
    sealed(of=("further_id", "case_id")),
    one_of("cause", FurtherCause),
    info=about(Via("case_id", "cases"), seen=Seen.OFFICE_WORDS, shared=OF_COMPARISON),
)
"""Why a case went to an additional examiner; `payload_id` is the text of a supervisor."""


report_statements = stored(
    "report_statements",
    *identified("statement_row", "statement_id"),
    *texts("topic"),
    *texts("examiner", nullable=True),
    *by_at("stated"),
    sealed(of=("statement_id",)),
    one_of("topic", ReportTopic),
    info=about_nobody("text of the office about itself and its examiners, for courts"),
)
"""Statements for court reports; the last on a topic, and about an examiner, is in force."""


finding_policies = stored(
    "finding_policies",
    *keys("policy_id"),
    *numbers("version", unique=True),
    *numbers("mark_point_pairs"),
    *truths("needs_prints"),
    *by_at("set"),
    *numbers("tenprint_point_pairs", "analysed_minutiae", "unmarked_quality", nullable=True),
)
"""The policies on findings that the office has set; the highest version is in force.

In the last three columns an empty value, from an earlier release, means that none is required.
"""

prints_shown = stored(
    "prints_shown",
    refers("case_id", "cases", primary_key=True),
    *keys("viewer", "label"),
    *number_keys("position"),
    *keys("content"),
    *moments("shown_at"),
    *texts("print_id", nullable=True),
    sa.Index(None, "print_id", unique=True),
)
"""The prints of a case that the service showed to a person, one row for each form of display.

`print_id` is empty in rows of earlier versions, where only the viewer's decision stated the row,
not an event of its own. No finding is based on such a row any more.
"""

comparison_revisions = stored(
    "comparison_revisions",
    *identified("revision_row", "revision_id"),
    *texts("case_id", "examiner", "label", "candidate_id", "outcome"),
    *moments("sealed_at"),
    sealed(of=("revision_id", "case_id", "examiner", "label")),
    *texts("fingers_compared", "fingers_identified"),
    *numbers("policy_version"),
    *numbers("points_marked", "points_added", nullable=True),
    *numbers("number"),
    sa.UniqueConstraint("case_id", "examiner", "label", "number"),
    refers_together("comparisons", "case_id", "examiner", "label"),
    one_of("outcome", Outcome),
    sa.Index(None, "candidate_id"),
    info=_ABOUT_COMPARED,
)
"""Evaluations that replace sealed ones, numbered from 1; the payload contains the reason."""

withdrawn_exemplars = stored(
    "withdrawn_exemplars",
    refers("candidate_id", "candidates", primary_key=True),
    refers("case_id", "cases", index=True),
    *texts("cause"),
    *moments("withdrawn_at"),
)
"""Exemplars that were removed from an open case."""


gallery_cases = stored(
    "gallery_cases",
    *identified("case_row", "case_id"),
    *texts("doubt", "subject", "prints"),
    refers("person_id", "persons"),
    refers("other_person_id", "persons.person_id", nullable=True),
    refers("encounter_id", "encounters"),
    refers("other_encounter_id", "encounters.encounter_id"),
    sa.Column("position", sa.SmallInteger),
    sa.Column("other_position", sa.SmallInteger),
    *moments("opened_at"),
    sa.UniqueConstraint("doubt", "subject", "prints"),
    info=about(
        OfPerson("person_id"), OfPerson("other_person_id"), seen=Seen.NO_CONTENT, shared=OF_PAIR
    ),
)
"""`subject` and `prints` identify a doubt.

A row has either a second person or two finger positions, never both.
"""

gallery_conclusions = stored(
    "gallery_conclusions",
    refers("case_id", "gallery_cases", primary_key=True),
    *texts("outcome"),
    refers("merge_id", "person_merges", nullable=True),
    *by_at("concluded"),
    sealed(of=("case_id",)),
    info=about(Via("case_id", "gallery_cases"), seen=Seen.OFFICE_WORDS, shared=OF_PAIR),
)
"""`payload_id` is the reason."""
