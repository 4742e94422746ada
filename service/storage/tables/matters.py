"""Matters received from courts, forces, agencies and States, and disputes about whom they
concern.
"""

from sqlalchemy import Column, Index, String, UniqueConstraint, text

from service.storage.tables.about import OF_PAIR, OfPerson, Seen, Via, about, sealed
from service.storage.tables.metadata import (
    ROW,
    by_at,
    identified,
    number_keys,
    numbers,
    refers,
    stored,
    texts,
)

_SEVERAL = "it may have been attached to the record of another person before"

matters = stored(
    "matters",
    *identified("matter_row", "matter_id"),
    *texts("source", "reference", "digest"),
    *by_at("received"),
    Column("kept_until", String(10)),
    sealed(of=("matter_id",)),
    UniqueConstraint("source", "reference", "digest", name="uq_matters_once"),
    Index(None, "digest"),
    Index(
        None,
        "kept_until",
        sqlite_where=text("kept_until IS NOT NULL"),
        postgresql_where=text("kept_until IS NOT NULL"),
    ),
    info=about(Via("matter_id", "matter_steps"), seen=Seen.SHOWN, shared=_SEVERAL),
)
"""`reference` is the sender's name for the message. The payload is the message as read.

`kept_until` is as in `conviction_versions`.
"""

matter_steps = stored(
    "matter_steps",
    refers("matter_id", "matters.matter_id", primary_key=True),
    *number_keys("number"),
    *texts("state"),
    *by_at("stepped"),
    refers("person_row", "persons", nullable=True),
    *texts("record_id", nullable=True),
    Column("version", ROW),
    sealed(of=("matter_id", "number")),
    Index(None, "person_row"),
    Index(None, "state"),
    info=about(OfPerson("person_row"), seen=Seen.OFFICE_WORDS, shared=_SEVERAL),
)
"""The last step gives the state of a matter; a step of a waiting matter names nobody.

The payload contains reasons and text.
"""

ended_versions = stored(
    "ended_versions",
    refers("record_row", "records", primary_key=True),
    refers("matter_id", "matters.matter_id"),
    *numbers("number"),
    Index(None, "matter_id", "number"),
)
"""Versions of records whose content was destroyed because they contained a conviction that its
source no longer lets be kept, or deleted. The step of its matter is the decision.
"""

disputes = stored(
    "disputes",
    *identified("dispute_row", "dispute_id"),
    *texts("cause"),
    refers("person_row", "persons"),
    refers("other_row", "persons.person_row", nullable=True),
    *texts("record_id", "item_id"),
    refers("request_id", "requests", nullable=True),
    refers("merge_id", "person_merges.merge_id", nullable=True),
    *by_at("opened"),
    sealed(of=("dispute_id", "person_row")),
    Index(None, "person_row"),
    Index(None, "other_row"),
    Index(None, "request_id"),
    info=about(
        OfPerson("person_row"), OfPerson("other_row"), seen=Seen.OFFICE_WORDS, shared=OF_PAIR
    ),
)
"""`item_id` is empty where a person says that a whole record is not theirs.

The answer to the person marks the entry; the payload is what is disputed and why.
"""

dispute_steps = stored(
    "dispute_steps",
    refers("dispute_id", "disputes.dispute_id", primary_key=True),
    *number_keys("number"),
    *texts("state"),
    *by_at("stepped"),
    sealed(of=("dispute_id", "number")),
    info=about(Via("dispute_id", "disputes"), seen=Seen.OFFICE_WORDS, shared=OF_PAIR),
)
"""The last step gives the state of a dispute; one without steps is open."""
