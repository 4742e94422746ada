"""Requests with logs, disclosures and notices; agreements with agencies, and their ASNs.

Apart from payloads, no column here holds personal data. Requesters and recipients are codes of
States, agencies and forces; the identity of a person who asks about themselves is encrypted with
the request.
"""

import sqlalchemy as sa

from domain.requests.requests import PartyKind
from service.storage.tables.about import (
    OF_REQUEST,
    OfPerson,
    Seen,
    Via,
    about,
    about_nobody,
    sealed,
    view,
)
from service.storage.tables.metadata import (
    ROW,
    by_at,
    days,
    identified,
    keys,
    moments,
    number_keys,
    numbers,
    refers,
    refers_together,
    stored,
    texts,
)

requests = stored(
    "requests",
    *identified("request_row", "request_id"),
    *texts("kind", "channel", "asker_kind", "asker_code", "purpose", "legal_basis"),
    *days("received_on"),
    *texts("received_by"),
    *moments("opened_at"),
    *texts("message_id", "about", "keyed_digest", nullable=True),
    sealed(of=("request_id",)),
    sa.UniqueConstraint("asker_kind", "asker_code", "message_id", name="uq_requests_message"),
    sa.Index(None, "keyed_digest"),
    sa.Index(None, "about"),
    info=about(
        Via("request_id", "request_identities"),
        seen=Seen.IN_HANDS,
        shared=OF_REQUEST,
        asked=Via("request_id", "own_requests"),
    ),
)
"""`keyed_digest` is a digest of the requester's own reference, under a key of the store."""

request_entries = stored(
    "request_entries",
    refers("request_id", "requests", primary_key=True),
    *number_keys("number"),
    *texts("step", "state"),
    *by_at("entered"),
    *days("counts_on"),
    *texts("outcome", "ground", "rule"),
    *texts("proposed_by", nullable=True),
    sealed(of=("request_id", "number")),
    sa.CheckConstraint("number >= 1", name="number_from_one"),
    sa.CheckConstraint("proposed_by IS NULL OR proposed_by <> entered_by", name="two_people"),
    info=about(
        Via("request_id", "requests"),
        seen=Seen.OFFICE_WORDS,
        shared=OF_REQUEST,
        asked=Via("request_id", "own_requests"),
    ),
)
"""The log of a request; the entry with the highest number gives the request's state.

`proposed_by` is the person whose proposal a second person checked.
"""

_ENTRY = ("request_entries.request_id", "request_entries.number")

request_identities = stored(
    "request_identities",
    *keys("request_id"),
    *number_keys("number"),
    *texts("basis"),
    *texts("outcome", nullable=True),
    refers("person_row", "persons", nullable=True, index=True),
    *texts("search_id", "link_id", nullable=True),
    *numbers("candidates"),
    refers_together("request_entries", "request_id", "number"),
    sa.Index(None, "link_id"),
    info=about(OfPerson("person_row"), seen=Seen.NO_CONTENT),
)
"""Searches for the person (rows without an outcome), and the identified person."""

request_convictions = stored(
    "request_convictions",
    *keys("request_id"),
    *number_keys("number"),
    *keys("record_id", "item_id"),
    sa.Column("version", ROW, nullable=False),
    *texts("verdict", "standing", "rule"),
    refers_together("request_entries", "request_id", "number"),
)
"""The versions of convictions that a step used, and whether each may be disclosed, or why not."""

proof_checks = stored(
    "proof_checks",
    *identified("proof_row", "proof_id"),
    refers("request_id", "requests", index=True),
    *texts("claim", "document_id", "verdict"),
    *by_at("checked"),
)
"""Officers' checks of whether a document proves a stated answer; an answer's last counts."""

disclosures = stored(
    "disclosures",
    *identified("disclosure_row", "disclosure_id"),
    *texts("request_id", index=True),
    *numbers("number"),
    *texts("recipient_kind", "recipient_code", "purpose", "form", "outcome"),
    *by_at("sent"),
    refers("person_row", "persons", nullable=True, index=True),
    sealed(of=("disclosure_id", "request_id")),
    refers_together("request_entries", "request_id", "number"),
    info=about(OfPerson("person_row"), seen=Seen.AS_RECIPIENT),
)
"""Disclosures to recipients. The payload is the information disclosed, erased with the person."""

disclosure_items = stored(
    "disclosure_items",
    refers("disclosure_id", "disclosures", primary_key=True),
    *keys("record_id", "item_id"),
    sa.Column("version", ROW, nullable=False),
    sa.Index(None, "record_id", "item_id"),
)

disclosure_acknowledgements = stored(
    "disclosure_acknowledgements",
    refers("disclosure_id", "disclosures", primary_key=True),
    *by_at("acknowledged"),
)

disclosure_notices = stored(
    "disclosure_notices",
    *identified("notice_row", "notice_id"),
    refers("disclosure_id", "disclosures"),
    *texts("kind", "about"),
    sa.Column("version", ROW, nullable=False),
    *days("given_on"),
    sa.UniqueConstraint(
        "disclosure_id", "kind", "about", "version", name="uq_disclosure_notices_once"
    ),
)
"""`about` and `version` are a conviction of a record and its version, or a link and 0."""

notice_acknowledgements = stored(
    "notice_acknowledgements",
    refers("notice_id", "disclosure_notices", primary_key=True),
    *by_at("acknowledged"),
)

own_requests = view(
    "own_requests",
    sa.select(request_identities.c.request_id, request_identities.c.person_row)
    .join(requests, requests.c.request_id == request_identities.c.request_id)
    .where(requests.c.asker_kind == PartyKind.PERSON.value),
    OfPerson("person_row"),
)
"""Requests that people made about themselves, and who the people are."""

state_requests = view(
    "state_requests",
    sa.select(requests.c.message_id, request_identities.c.person_row)
    .join(request_identities, request_identities.c.request_id == requests.c.request_id)
    .where(requests.c.asker_kind == PartyKind.STATE.value),
    OfPerson("person_row"),
)
"""Messages with which other States asked about people, and whom they are about."""


agreements = stored(
    "agreements",
    *keys("agency"),
    *number_keys("version"),
    *texts("name", "legal_status", "purposes", "reach", "standing"),
    *days("starts_on", "review_on"),
    *by_at("made"),
    sealed(of=("agency", "version")),
    info=about_nobody("contact people of an agency, as the agency names them"),
)
"""`purposes` is a sorted list separated by vertical bars."""

agency_members = stored(
    "agency_members",
    *keys("user_id"),
    *texts("agency"),
    *by_at("named"),
)
"""Accounts and clients that act for an agency, until they are disabled or revoked."""

asns = stored(
    "asns",
    *keys("asn"),
    *numbers("year", "sequence"),
    refers("request_id", "requests", unique=True),
    *texts("agency"),
    *by_at("issued"),
    sa.UniqueConstraint("year", "sequence", name="uq_asns_sequence"),
)

asn_results = stored(
    "asn_results",
    *keys("result_id"),
    *texts("asn", "fate"),
    *texts("request_id", nullable=True),
    *days("result_on"),
    *by_at("received"),
    sealed(of=("result_id",)),
    sa.Index(None, "asn"),
    info=about(Via("request_id", "requests"), seen=Seen.OFFICE_WORDS, shared=OF_REQUEST),
)
"""Court results, with the Arrest Summons Number as it was given."""
