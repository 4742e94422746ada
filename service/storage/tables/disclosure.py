"""Restricted data, answers to people about their own data, deletions, and erasures.

A person whose erasure is confirmed looks exactly like an erased one: until the payloads are
destroyed or restored, they are in a separate table, which ordinary queries do not read.
"""

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, Index, String, UniqueConstraint, exists, select

from domain.retention.erasures import ErasureEnd
from service.storage.tables.about import FOLLOWS, Kept, OfPerson, Seen, Via, about, sealed
from service.storage.tables.metadata import (
    ROW,
    Rows,
    by_at,
    days,
    identified,
    keys,
    moments,
    number_keys,
    numbers,
    one_of,
    protected,
    refers,
    refers_together,
    stored,
    texts,
    truths,
)
from service.storage.tables.people import payloads, person_erasures, records

restrictions = stored(
    "restrictions",
    *identified("restriction_row", "restriction_id"),
    refers("person_row", "persons", index=True),
    *texts("ground"),
    Column("holder", String(2), nullable=False),
    *by_at("begun"),
    sealed(of=("restriction_id", "person_row")),
    *texts("record_id", "item_id", nullable=True),
    *numbers("version", nullable=True),
    Index(None, "holder"),
    info=about(OfPerson("person_row"), seen=Seen.OFFICE_WORDS),
)
"""The payload is the reasons, which are withheld and erased with the person.

The last three columns are empty if the whole person is restricted. `version` is the first version
of the record without the item.
"""

restricted_persons = stored(
    "restricted_persons",
    refers("person_row", "persons", primary_key=True),
    refers("restriction_id", "restrictions", index=True),
    info=protected(Rows.MOVING, fixed=("person_row", "restriction_id"), may_go=True)
    | about(
        OfPerson("person_row"),
        seen=Seen.NO_CONTENT,
        unlogged="it follows from restrictions and their ends",
    ),
)
"""The people hidden by open restrictions, including everyone merged with the restricted person."""

restriction_ends = stored(
    "restriction_ends",
    refers("restriction_id", "restrictions", primary_key=True),
    *days("told_on"),
    *by_at("lifted"),
    sealed(of=("restriction_id",)),
    info=about(Via("restriction_id", "restrictions"), seen=Seen.OFFICE_WORDS),
)
"""The payload is the reasons for lifting the restriction."""

restricted_items = (
    select(
        restrictions.c.restriction_id,
        restrictions.c.person_row,
        restrictions.c.record_id,
        restrictions.c.item_id,
        restrictions.c.version,
    )
    .where(
        restrictions.c.item_id.is_not(None),
        ~exists().where(restriction_ends.c.restriction_id == restrictions.c.restriction_id),
    )
    .subquery("restricted_items")
)
"""The items that are restricted now."""

restricted_versions = (
    select(records.c.record_row, records.c.payload_id)
    .join(
        restricted_items,
        (restricted_items.c.record_id == records.c.record_id)
        & (records.c.version < restricted_items.c.version),
    )
    .subquery("restricted_versions")
)
"""The versions of records that are withheld because of a restricted item."""


own_answers = stored(
    "own_answers",
    *identified("answer_row", "answer_id"),
    refers("request_id", "requests"),
    *numbers("number"),
    *texts("outcome", "basis"),
    *by_at("prepared"),
    refers("person_row", "persons", nullable=True, index=True),
    sealed(of=("answer_id", "request_id")),
    Index(None, "request_id", "number"),
    info=about(OfPerson("person_row"), seen=Seen.IN_HANDS),
)
"""The last answer for an entry of a request counts. The payload is erased with the person."""

own_answer_removals = stored(
    "own_answer_removals",
    refers("answer_id", "own_answers", primary_key=True),
    *keys("place"),
    *texts("ground"),
)
"""Parts that the preparer removed from an answer. `place` contains ids but no data."""


deletion_cases = stored(
    "deletion_cases",
    *identified("case_row", "deletion_id"),
    refers("request_id", "requests"),
    refers("person_row", "persons", index=True),
    *texts("record_id", "item_id"),
    Column("owner", String(2), nullable=False),
    *truths("asks_entry", "asks_prints"),
    *texts("ground"),
    *by_at("opened"),
    sealed(of=("deletion_id",)),
    UniqueConstraint("request_id", "record_id", "item_id", name="uq_deletion_cases_once"),
    Index(None, "owner"),
    info=about(OfPerson("person_row"), seen=Seen.IN_HANDS),
)
"""The payload is the text of the person, and is erased with them."""

deletion_captures = stored(
    "deletion_captures",
    refers("deletion_id", "deletion_cases", primary_key=True),
    refers("encounter_id", "encounters", primary_key=True),
)
"""The prints whose deletion is requested."""

deletion_decisions = stored(
    "deletion_decisions",
    refers("deletion_id", "deletion_cases", primary_key=True),
    *number_keys("number"),
    *truths("approves_entry", "approves_prints"),
    *texts("ground"),
    *by_at("decided"),
    *texts("first_by", nullable=True),
    sealed(of=("deletion_id", "number")),
    CheckConstraint("number IN (1, 2)", name="decided_and_reviewed_once"),
    CheckConstraint("(number = 1) = (first_by IS NULL)", name="review_names_first"),
    CheckConstraint("first_by IS NULL OR first_by <> decided_by", name="another_officer"),
    info=about(Via("deletion_id", "deletion_cases"), seen=Seen.OFFICE_WORDS),
)
"""Number 1 is the decision; number 2 is its review, by someone other than `first_by`.

The payload is the reasons.
"""

deletion_chases = stored(
    "deletion_chases",
    refers("deletion_id", "deletion_cases", primary_key=True),
    *number_keys("number"),
    *days("chased_on"),
)
"""Reminders sent to a force that is late."""

deletions_done = stored(
    "deletions_done",
    refers("deletion_id", "deletion_cases", primary_key=True),
    *by_at("done"),
)

deleted_versions = stored(
    "deleted_versions",
    refers("record_row", "records", primary_key=True),
    refers("deletion_id", "deletions_done", index=True),
)
"""Versions of records whose content was destroyed because they contained a deleted entry."""

deleted_captures = stored(
    "deleted_captures",
    refers("encounter_row", "encounters", primary_key=True),
    refers("deletion_id", "deletions_done", index=True),
)
"""Captures whose templates, images and minutiae were destroyed."""


erasure_requests = stored(
    "erasure_requests",
    *identified("request_row", "erasure_id"),
    refers("person_row", "persons"),
    *texts("basis", "authority"),
    sealed("order_payload_id", of=("erasure_id", "person_row")),
    *by_at("asked"),
    sa.UniqueConstraint("erasure_id", "asked_by", name="uq_erasure_requests_asked_by"),
    info=about(OfPerson("person_row"), seen=Seen.OFFICE_WORDS, kept=Kept.AS_REASON),
)
"""`order_payload_id` is the reference of a court order.

It is kept longer than the person, as it is the reason for the erasure.
"""

open_erasures = stored(
    "open_erasures",
    refers("person_row", "persons", primary_key=True),
    refers("erasure_id", "erasure_requests", unique=True),
    info=protected(Rows.MOVING, fixed=("person_row", "erasure_id"), may_go=True)
    | about(OfPerson("person_row"), seen=Seen.NO_CONTENT, unlogged=FOLLOWS),
)
"""The erasure of a person that has not ended; there is at most one for each person."""

erasure_confirmations = stored(
    "erasure_confirmations",
    *keys("erasure_id"),
    *texts("asked_by"),
    *by_at("confirmed"),
    *moments("due_at"),
    refers_together("erasure_requests", "erasure_id", "asked_by"),
    sa.CheckConstraint("confirmed_by <> asked_by", name="two_people"),
)

withheld_persons = stored(
    "withheld_persons",
    refers("person_row", "persons", primary_key=True),
    refers("erasure_id", "erasure_confirmations"),
    info=protected(Rows.MOVING, fixed=("person_row", "erasure_id"), may_go=True)
    | about(OfPerson("person_row"), seen=Seen.NO_CONTENT, unlogged=FOLLOWS),
)
"""The people hidden by confirmed erasures, including everyone merged with them."""

withheld_payloads = stored(
    "withheld_payloads",
    sa.Column("payload_id", ROW, primary_key=True, autoincrement=False),
    *texts("kind"),
    sa.Column("body", sa.LargeBinary, nullable=False),
    info=protected(Rows.ERASABLE),
)
"""Payloads of hidden people, unchanged: still encrypted, and with the same numbers."""

erasure_ends = stored(
    "erasure_ends",
    refers("erasure_id", "erasure_requests", primary_key=True),
    *texts("outcome"),
    *by_at("ended"),
    one_of("outcome", ErasureEnd),
)

hidden_persons = sa.union_all(
    sa.select(withheld_persons.c.person_row), sa.select(restricted_persons.c.person_row)
).subquery("hidden_persons")
"""People whose payloads are withheld until they are erased, or while they are restricted."""

gone_persons = sa.union_all(
    sa.select(person_erasures.c.person_row),
    sa.select(withheld_persons.c.person_row),
    sa.select(restricted_persons.c.person_row),
).subquery("gone_persons")
"""People who look erased to all ordinary queries: erased, hidden until erasure, or restricted."""

stored_payloads = sa.union_all(
    sa.select(payloads.c.payload_id, payloads.c.kind, payloads.c.body),
    sa.select(withheld_payloads.c.payload_id, withheld_payloads.c.kind, withheld_payloads.c.body),
).subquery("stored_payloads")
"""Every payload that is not erased, including the payloads of hidden people."""
