"""Links, the forces told of them, and merges of persons.

A link needs two decisions by two people; the database itself enforces this.
"""

import sqlalchemy as sa

from service.storage.tables.about import (
    OF_COMPARISON,
    OF_PAIR,
    OfPerson,
    Seen,
    Via,
    about,
    sealed,
    view,
)
from service.storage.tables.metadata import (
    Rows,
    by_at,
    identified,
    keys,
    moments,
    number_keys,
    protected,
    refers,
    refers_together,
    stored,
    texts,
)

_DECISION = (
    "decisions.case_id",
    "decisions.decision_id",
    "decisions.decided_by",
    "decisions.candidate_id",
)

links = stored(
    "links",
    *keys("link_id"),
    *texts("case_id", unique=True),
    *texts("search_id", "candidate_id"),
    refers("person_id", "persons", index=True),
    *texts("record_id", nullable=True),
    refers("encounter_id", "encounters", nullable=True),
    sa.Column("force", sa.String(2), nullable=False),
    *moments("linked_at"),
    *texts("first_decision_id", "first_decided_by", "second_decision_id", "second_decided_by"),
    *texts("fingers_compared", "fingers_identified", nullable=True),
    sa.UniqueConstraint("link_id", "case_id"),
    sa.CheckConstraint("first_decided_by <> second_decided_by", name="two_persons"),
    refers_together("cases", "case_id", "search_id"),
    refers_together("candidates", "search_id", "candidate_id"),
    # Both decisions must belong to this case and identify this candidate.
    sa.ForeignKeyConstraint(
        ["case_id", "first_decision_id", "first_decided_by", "candidate_id"],
        _DECISION,
        name="fk_links_first_decision",
    ),
    sa.ForeignKeyConstraint(
        ["case_id", "second_decision_id", "second_decided_by", "candidate_id"],
        _DECISION,
        name="fk_links_second_decision",
    ),
    sa.Index(None, "search_id"),
    info=about(
        OfPerson("person_id"),
        Via("search_id", "searches"),
        seen=Seen.NO_CONTENT,
        shared=OF_COMPARISON,
    ),
)

link_decisions = stored(
    "link_decisions",
    *keys("link_id"),
    *number_keys("position"),
    *texts("case_id", "decision_id", "decided_by"),
    sa.UniqueConstraint("link_id", "decided_by"),
    sa.UniqueConstraint("link_id", "decision_id"),
    refers_together("links", "link_id", "case_id"),
    sa.ForeignKeyConstraint(["case_id", "decision_id", "decided_by"], _DECISION[:3]),
)
"""All decisions on which a link is based, in order, including those of dissenters."""

link_revocations = stored(
    "link_revocations",
    refers("link_id", "links", primary_key=True),
    *moments("revoked_at"),
    *texts("revoked_by"),
    sealed(of=("link_id",)),
    info=about(Via("link_id", "links"), seen=Seen.OFFICE_WORDS, shared=OF_COMPARISON),
)

standing_links = view(
    "standing_links",
    sa.select(links.c.link_id, links.c.search_id, links.c.person_id).where(
        ~sa.exists().where(link_revocations.c.link_id == links.c.link_id)
    ),
    OfPerson("person_id"),
)
"""Links that are not revoked, so that their probe belongs to the person."""


link_recipients = stored(
    "link_recipients",
    refers("link_id", "links", primary_key=True),
    sa.Column("force", sa.String(2), primary_key=True),
    *moments("told_at"),
)
"""The forces that have read a link, and must therefore be told if it is revoked."""

notices = stored(
    "notices",
    *identified("notice_row", "notice_id"),
    refers("link_id", "link_revocations"),
    sa.Column("force", sa.String(2), nullable=False),
    *moments("noticed_at"),
    sa.UniqueConstraint("link_id", "force"),
    refers_together("link_recipients", "link_id", "force"),
    sa.Index(None, "force", "notice_row"),
)
"""Notices to forces that were told of a link that the link has been revoked."""

person_merges = stored(
    "person_merges",
    *identified("merge_row", "merge_id"),
    refers("surviving_row", "persons.person_row", index=True),
    refers("absorbed_row", "persons.person_row", index=True),
    refers("undoes", "person_merges.merge_id", nullable=True),
    *by_at("proposed"),
    sealed(of=("merge_id", "surviving_row", "absorbed_row")),
    sa.UniqueConstraint("merge_id", "proposed_by"),
    sa.CheckConstraint("surviving_row <> absorbed_row", name="two_rows"),
    info=about(
        OfPerson("surviving_row"), OfPerson("absorbed_row"), seen=Seen.OFFICE_WORDS, shared=OF_PAIR
    ),
)
"""Proposals to merge two persons, or (`undoes`) to undo a merge; the reason is a payload."""

merge_confirmations = stored(
    "merge_confirmations",
    *keys("merge_id"),
    *texts("proposed_by"),
    *by_at("confirmed"),
    refers_together("person_merges", "merge_id", "proposed_by"),
    sa.CheckConstraint("confirmed_by <> proposed_by", name="two_persons"),
)
"""The second person's confirmation of a merge; a constraint prevents self-confirmation."""

merged_persons = stored(
    "merged_persons",
    refers("absorbed_row", "persons.person_row", primary_key=True),
    refers("surviving_row", "persons.person_row", index=True),
    refers("merge_id", "merge_confirmations"),
    sa.CheckConstraint("surviving_row <> absorbed_row", name="two_rows"),
    info=protected(Rows.MOVING, fixed=("absorbed_row", "surviving_row", "merge_id"), may_go=True)
    | about(
        OfPerson("absorbed_row"),
        OfPerson("surviving_row"),
        seen=Seen.NO_CONTENT,
        shared=OF_PAIR,
        unlogged="it follows from merges and their undoing",
    ),
)
"""The merges in force; a row is deleted when its merge is undone."""

encounter_successors = stored(
    "encounter_successors",
    refers("encounter_row", "encounters", primary_key=True),
    refers("successor_row", "encounters.encounter_row", unique=True),
    refers("merge_id", "merge_confirmations", index=True),
)
"""Captures that a merge, or undoing one, moved to another person: a new row, the same payload."""
