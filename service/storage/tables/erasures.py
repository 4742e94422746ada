"""Erasures from the request to the end, and the data hidden in between.

A hidden person looks exactly like an erased one: until the payloads are destroyed or restored,
they are in a separate table, which ordinary queries do not read.
"""

import sqlalchemy as sa

from domain.retention.erasures import ErasureEnd
from service.storage.tables.about import FOLLOWS, Kept, OfPerson, Seen, about, sealed
from service.storage.tables.disclosure import restricted_persons
from service.storage.tables.metadata import (
    ROW,
    Rows,
    by_at,
    identified,
    keys,
    moments,
    one_of,
    protected,
    refers,
    stored,
    texts,
)
from service.storage.tables.people import payloads, person_erasures

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
    sa.ForeignKeyConstraint(
        ("erasure_id", "asked_by"),
        ("erasure_requests.erasure_id", "erasure_requests.asked_by"),
    ),
    sa.CheckConstraint("confirmed_by <> asked_by", name="two_people"),
)

withheld_persons = stored(
    "withheld_persons",
    refers("person_row", "persons", primary_key=True),
    refers("erasure_id", "erasure_confirmations"),
    info=protected(Rows.MOVING, fixed=("person_row", "erasure_id"), may_go=True)
    | about(OfPerson("person_row"), seen=Seen.NO_CONTENT, unlogged=FOLLOWS),
)
"""The people hidden by confirmed erasures, including everyone merged with the person to be
erased."""

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
