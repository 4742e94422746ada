"""Searches with candidates, batches, jobs, webhooks, and what reveals misuse of searches.

Searches are written once; their state is read from their case and link.
"""

import sqlalchemy as sa
from sqlalchemy import Column, Index, LargeBinary, String, UniqueConstraint

from service.storage.tables.about import (
    OF_COMPARISON,
    OfPerson,
    Seen,
    Via,
    about,
    about_nobody,
    sealed,
)
from service.storage.tables.metadata import (
    Rows,
    big_numbers,
    by_at,
    identified,
    keys,
    moments,
    numbered,
    numbers,
    protected,
    refers,
    stored,
    texts,
    truths,
)

searches = stored(
    "searches",
    *identified("search_row", "search_id"),
    *texts("search_type"),
    sa.Column("force", sa.String(2), nullable=False),
    *texts("submitted_by", "on_behalf_of", "purpose"),
    *moments("submitted_at"),
    *texts("model_name", "model_version", "model_digest"),
    *big_numbers("index_generation"),
    *texts("index_digest", "configuration_digest", "code_version"),
    sa.Column("index_cursor", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("gallery_size", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("thresholds", sa.String, nullable=False, server_default=""),
    sa.Column("arithmetic", sa.String, nullable=False, server_default=""),
    sa.Column("probe_commitment", sa.String, nullable=False, server_default=""),
    *texts("blinding", nullable=True),
    refers("encounter_id", "encounters", nullable=True, index=True),
    sealed(of=("search_id",)),
    sa.Index(None, "force", "search_row"),
    info=about(
        Via("encounter_id", "encounters"),
        Via("search_id", "standing_links"),
        Via("search_id", "request_identities"),
        Via("search_id", "conversion_searches"),
        seen=Seen.IN_HANDS,
    ),
)
"""`blinding` is random.

The log publishes a digest of the row with its candidates, and without blinding, guessed values
could be checked against that digest.
"""

candidates = stored(
    "candidates",
    *keys("candidate_id"),
    refers("search_id", "searches"),
    refers("person_id", "persons", index=True),
    *texts("record_id", nullable=True),
    refers("encounter_id", "encounters", nullable=True),
    *numbers("rank"),
    sa.Column("posterior", sa.Float(53), nullable=False),
    *texts("band"),
    sealed(of=("candidate_id", "search_id", "person_id")),
    *big_numbers("record_version", nullable=True),
    sa.Column("total_millibits", sa.BigInteger, nullable=False, server_default="0"),
    sa.UniqueConstraint("search_id", "rank"),
    sa.UniqueConstraint("search_id", "candidate_id"),
    sa.CheckConstraint("rank >= 1", name="rank_from_one"),
    info=about(
        OfPerson("person_id"),
        Via("search_id", "searches"),
        seen=Seen.OFFICE_WORDS,
        shared=OF_COMPARISON,
    ),
)
"""`payload_id` is 0 if the evidence was not kept because its person had been erased.

`posterior` is 0 if `band` is `none`, that is, there is no posterior.
"""

client_references = stored(
    "client_references",
    *identified("reference_row", "owner_id"),
    sa.Column("force", sa.String(2), nullable=False),
    *texts("keyed_digest"),
    sealed(of=("owner_id",)),
    sa.Index(None, "force", "keyed_digest"),
    info=about(
        Via("owner_id", "searches", "search_id"),
        Via("owner_id", "encounters", "encounter_id"),
        seen=Seen.OFFICE_WORDS,
    ),
)
"""`owner_id` is a search, an encounter or a batch.

The reference itself is a payload. `keyed_digest` finds it, but cannot confirm a guess without the
key, which is kept apart from the database.
"""


batches = stored(
    "batches",
    *identified("batch_row", "batch_id"),
    sa.Column("force", sa.String(2), nullable=False),
    *texts("submitted_by", "on_behalf_of", "purpose", "request_id", "priority"),
    *moments("submitted_at"),
    *big_numbers("lines"),
    *moments("cancelled_at", "finished_at", nullable=True),
    sa.Index(None, "force", "batch_row"),
    info=protected(
        Rows.MOVING,
        fixed=("batch_id", "force", "submitted_by", "on_behalf_of", "purpose", "submitted_at"),
    ),
)

_IS_LEASED = sa.text("state = 'leased'")
_IS_WAITING = sa.text("state = 'waiting'")

jobs = stored(
    "jobs",
    *identified("job_row", "job_id"),
    *texts("kind", "group_id"),
    *big_numbers("number"),
    sa.Column("force", sa.String(2), nullable=False),
    *texts("topic", "subject_ref"),
    sealed(of=("kind", "group_id")),
    *numbers("place"),
    *moments("turn_at", "not_before"),
    *texts("state"),
    *numbers("attempts"),
    *texts("lease_id", nullable=True),
    *moments("leased_until", nullable=True),
    *texts("result_ref", "problem"),
    *moments("settled_at", nullable=True),
    sa.UniqueConstraint("kind", "group_id", "number"),
    sa.Index(
        "ix_jobs_turn",
        "kind",
        "turn_at",
        "job_row",
        sqlite_where=_IS_WAITING,
        postgresql_where=_IS_WAITING,
    ),
    sa.Index(
        "ix_jobs_group_turn",
        "group_id",
        "turn_at",
        "job_row",
        sqlite_where=_IS_WAITING,
        postgresql_where=_IS_WAITING,
    ),
    sa.Index(
        "ix_jobs_lease", "leased_until", sqlite_where=_IS_LEASED, postgresql_where=_IS_LEASED
    ),
    sa.Index(None, "group_id", "state"),
    sa.Index(None, "payload_id"),
    info=protected(
        Rows.MOVING,
        fixed=("job_id", "kind", "group_id", "number", "force", "topic", "subject_ref"),
        may_go=True,
    )
    | about_nobody(
        "nobody is found before the search; a block is erased after its last line",
        unlogged="work to do; its outcome has an event",
    ),
)
"""The unique key makes a line or a message one job, however often it is queued.

`payload_id` is the block that contains the line of a search (0: none), and `place` is the position
of the line in the block, from 0.
"""

log_followers = stored(
    "log_followers",
    *keys("follower"),
    *big_numbers("next_seq"),
    info=protected(Rows.MOVING, fixed=("follower",), growing=("next_seq",)),
)
"""The followers of the log, with the number of the next event for each."""


webhook_endpoints = stored(
    "webhook_endpoints",
    *identified("endpoint_row", "endpoint_id"),
    sa.Column("force", sa.String(2), nullable=False),
    *texts("url", "topics"),
    *by_at("added"),
    *numbers("secret_version"),
    *moments("secret_changed_at", nullable=True),
    *truths("is_paused"),
    *moments("removed_at", nullable=True),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_fault", sa.String, nullable=False, server_default=""),
    *moments(
        "failing_since", "circuit_since", "next_attempt_at", "last_attempt_at", nullable=True
    ),
    sa.Index(None, "force", "endpoint_row"),
    info=protected(
        Rows.MOVING,
        fixed=("endpoint_id", "force", "url", "topics", "added_by", "added_at"),
        growing=("secret_version",),
    ),
)


probe_sketches = stored(
    "probe_sketches",
    refers("search_id", "searches", primary_key=True),
    Column("force", String(2), nullable=False),
    *moments("at", index=True),
    Column("body", LargeBinary, nullable=False),
    Index(None, "force", "at"),
    sqlite_with_rowid=False,
    info=protected(Rows.ERASABLE),
)
"""Keyed sketches of probes, kept only for as long as attempts are counted."""

sketch_packs = stored(
    "sketch_packs",
    numbered("pack_row"),
    Column("force", String(2), nullable=False),
    *moments("from_at", "to_at"),
    Column("content", LargeBinary, nullable=False),
    Index(None, "force", "to_at"),
    Index(None, "from_at"),
    info=protected(Rows.ERASABLE),
)
"""Packs of sketches of one force, because each search is compared with hundreds of sketches.

`from_at` and `to_at` are the times of the oldest and newest sketch; `content` is in the format of
`service.storage.misuse.sketches`. A pack that loses a sketch is rewritten.
"""

findings = stored(
    "findings",
    *identified("finding_row", "finding_id"),
    *texts("kind", "series", "actor"),
    Column("force", String(2)),
    *texts("subject_ref"),
    *numbers("count"),
    *moments("found_at"),
    UniqueConstraint("kind", "series"),
)
"""One row for each pattern that an auditor should look at; `series` identifies the pattern."""

staff_persons = stored(
    "staff_persons",
    refers("person_id", "persons", primary_key=True),
    *texts("user_id", index=True),
    *by_at("added"),
    info=protected(Rows.ERASABLE) | about(OfPerson("person_id"), seen=Seen.NO_CONTENT),
)
"""The persons whose prints are in the staff gallery, and their accounts."""
