"""Captures and records, merges, erasures, doubts about the gallery, and templates remade."""

from datetime import datetime

from domain.events.declaring import Event, OrBlank, Subject, event
from domain.events.rows import (
    ITS_ROW,
    ITS_ROW_ONCE,
    RECORD_PARTS,
    THE_CAPTURE,
    THE_PERSON,
    THE_RECORD,
    Committed,
    Leaves,
    Part,
    Row,
    committed_capture,
)
from domain.ids import (
    EncounterId,
    ErasureId,
    GalleryCaseId,
    GenerationId,
    PersonId,
    RecordId,
    RemakeId,
    RequestId,
)
from domain.people.amendments import AmendmentReason, SourceKind
from domain.people.disputes import DisputeCause, DisputeState, GalleryDoubt, GalleryOutcome
from domain.people.identifiers import NumberKind
from domain.retention.erasures import ErasureBasis

_PROPOSAL = Committed("person_merges", (("merge_id", "merge_id"),))
_CONFIRMATION = Committed(
    "merge_confirmations",
    (("merge_id", "merge_id"),),
    (Part("encounter_successors", (("merge_id", "merge_id"),)),),
)


@event("enrolled", leaves=(THE_CAPTURE, THE_PERSON, THE_RECORD))
class Enrolled(Event):
    """A capture was enrolled, or a chunk of people was loaded."""

    ref: Subject[EncounterId | str]
    """The id of the capture, or the name of the chunk with the gallery changes it made."""
    person_id: Subject[PersonId | None] = None
    record_id: Subject[RecordId | None] = None
    fingers: int | None = None
    """The number of fingers, if a capture was enrolled."""
    persons: int | None = None
    """The number of people in the chunk. All facts that follow are also stated only for chunks."""
    encounters: int | None = None
    captures: str | None = None
    """SHA-256, in hexadecimal, of the captures and of the ids of their persons."""
    records: str | None = None
    """SHA-256, in hexadecimal, of the records and of the ids of their persons."""
    record_rows: str | None = None
    """The first and the last row number of the records, joined by a dash."""


@event("offence-table-installed", leaves=Leaves("offence_tables", by="installed_by"))
class OffenceTableInstalled(Event):
    """The office installed a version of its table of offence codes."""

    table_id: Subject[str]
    version: int
    content_sha256: str
    """SHA-256 of the file's bytes, in hexadecimal."""
    codes: int


@event("number-issued", leaves=Leaves("issued_numbers", by="issued_by", says=("kind",)))
class NumberIssued(Event):
    """A number was issued for a person: the record shows the number, the event does not."""

    number_id: Subject[str]
    record_id: Subject[RecordId]
    person_id: Subject[PersonId]
    kind: NumberKind


@event(
    "record-amended",
    leaves=(
        Committed("records", (("record_id", "record_id"), ("version", "version")), RECORD_PARTS),
    ),
    demands=ITS_ROW,
)
class RecordAmended(Event):
    """Items of a record were added, corrected or withdrawn."""

    record_id: Subject[RecordId]
    person_id: Subject[PersonId]
    version: int
    log_size: int
    """The number of events in the log before the amendment."""
    reason: AmendmentReason
    source: SourceKind
    added: int
    """Items added, with items that are parts of others. The next two count the same way."""
    corrected: int
    withdrawn: int


@event("record-read", is_look=True)
class RecordRead(Event):
    """A version of a record was read."""

    record_id: Subject[RecordId]
    version: int
    person_id: Subject[PersonId | None] = None


@event("erasure-asked", leaves=Leaves("erasure_requests", by="asked_by"))
class ErasureAsked(Event):
    """A supervisor asked for a person to be erased."""

    erasure_id: Subject[ErasureId]
    person_id: Subject[PersonId]
    basis: ErasureBasis
    authority: str
    by_order: bool
    """Whether a court order shortens the waiting period."""


@event("erasure-confirmed", leaves=Leaves("erasure_confirmations", by="confirmed_by", says=()))
class ErasureConfirmed(Event):
    """A second supervisor confirmed an erasure, and the person was hidden."""

    erasure_id: Subject[ErasureId]
    person_ids: Subject[tuple[PersonId, ...]]
    """The person and everyone merged with them."""
    due_at: datetime
    """Time until which the erasure can be cancelled."""
    wait_hours: int
    """The waiting period in force, in hours. A court order makes it 0."""


@event(
    "erasure-called-back",
    leaves=Leaves("erasure_ends", by="ended_by", when=("outcome", "called-back")),
)
class ErasureCalledBack(Event):
    """An erasure was cancelled, and the person's data is visible as before."""

    erasure_id: Subject[ErasureId]
    person_ids: Subject[tuple[PersonId, ...]]


@event(
    "erased",
    leaves=(
        Row(
            "erasure_ends",
            key="erasure_id",
            by="ended_by",
            when=("outcome", "carried-out"),
        ),
        Committed("erasure_ends", (("erasure_id", "erasure_id"),)),
    ),
    demands=ITS_ROW_ONCE,
)
class Erased(Event):
    """The prints and records of a person were erased."""

    person_ids: Subject[tuple[PersonId, ...]]
    """The person and everyone merged with them."""
    basis: str
    authority: str
    items: int | None = None
    """The number of payloads destroyed."""
    erasure_id: str | None = None
    """The id of the erasure; None for erasures from before two people were required."""


@event("merge-proposed", leaves=(_PROPOSAL,), demands=ITS_ROW)
class MergeProposed(Event):
    """A supervisor proposed a merge: two persons on record are the same human being."""

    merge_id: Subject[str]
    surviving: Subject[PersonId]
    absorbed: Subject[PersonId]
    undoes: OrBlank[str] = None


@event(
    "persons-merged",
    leaves=(
        _CONFIRMATION,
        committed_capture("moved"),
    ),
    demands=ITS_ROW,
)
class PersonsMerged(Event):
    """A second supervisor confirmed a merge: two persons on record are the same human being."""

    merge_id: Subject[str]
    surviving: Subject[PersonId]
    absorbed: Subject[PersonId]
    moved: Subject[tuple[EncounterId, ...]]
    """The captures that now belong to the surviving person."""
    captures: int
    undoes: OrBlank[str] = None


@event("unmerge-proposed", leaves=(_PROPOSAL,), demands=ITS_ROW)
class UnmergeProposed(Event):
    """A supervisor proposed to undo a merge."""

    merge_id: Subject[str]
    surviving: Subject[PersonId]
    absorbed: Subject[PersonId]
    undoes: OrBlank[str]


@event(
    "persons-unmerged",
    leaves=(
        _CONFIRMATION,
        committed_capture("moved"),
    ),
    demands=ITS_ROW,
)
class PersonsUnmerged(Event):
    """A second supervisor confirmed that a merge is undone."""

    merge_id: Subject[str]
    surviving: Subject[PersonId]
    absorbed: Subject[PersonId]
    moved: Subject[tuple[EncounterId, ...]]
    captures: int
    undoes: OrBlank[str]


@event(
    "gallery-case-opened",
    leaves=Leaves(
        "gallery_cases", also=(("person_ids", "person_id"), ("person_ids", "other_person_id"))
    ),
)
class GalleryCaseOpened(Event):
    """A doubt about the gallery was put to the supervisors."""

    case_id: Subject[GalleryCaseId]
    person_ids: Subject[tuple[PersonId, ...]]
    encounter_ids: Subject[tuple[EncounterId, EncounterId]]
    doubt: GalleryDoubt


@event(
    "gallery-case-concluded",
    leaves=Leaves("gallery_conclusions", by="concluded_by", also=(("merge", "merge_id"),)),
)
class GalleryCaseConcluded(Event):
    """A supervisor settled a doubt about the gallery."""

    case_id: Subject[GalleryCaseId]
    person_ids: Subject[tuple[PersonId, ...]]
    outcome: GalleryOutcome
    merge: OrBlank[str]
    """The merge that was proposed as part of the conclusion."""


@event("dispute-opened", leaves=Leaves("disputes", by="opened_by"))
class DisputeOpened(Event):
    """The case officers were asked whether an entry of a record is about that person."""

    dispute_id: Subject[str]
    person_id: Subject[PersonId]
    record_id: Subject[RecordId]
    item_id: str
    cause: DisputeCause
    other_id: Subject[PersonId | None] = None
    """The other of two people who were parted."""
    request_id: Subject[RequestId | None] = None
    merge_id: Subject[str | None] = None


@event(
    "dispute-stepped",
    leaves=Leaves("dispute_steps", by="stepped_by", where=("dispute_id", "number")),
)
class DisputeStepped(Event):
    """A case officer proposed whom an entry is about, or another one agreed or disagreed."""

    dispute_id: Subject[str]
    number: int
    state: DisputeState


@event("template-generation-begun", leaves=Leaves("template_generations", by="begun_by"))
class TemplateGenerationBegun(Event):
    """The remaking of templates from pictures began; the present templates stay in use."""

    generation_id: Subject[GenerationId]
    tools: str
    """Extractor, quality meter and vector maker, each with version and digest."""


@event(
    "template-remade",
    leaves=Leaves("remade_templates", parts=("remade_minutiae",)),
)
class TemplateRemade(Event):
    """The templates of a capture were made again from its pictures."""

    remake_id: Subject[RemakeId]
    generation_id: Subject[GenerationId]
    encounter_id: Subject[EncounterId]
    fingers: int
    is_kept: bool
    """Whether the earlier templates stay, because a finger could not be read."""


@event("template-generation-switched", leaves=Leaves("template_switches", by="switched_by"))
class TemplateGenerationSwitched(Event):
    """A generation of templates came into force."""

    generation_id: Subject[GenerationId]
    after_change: int
    """The last change of the gallery that was searched with the earlier templates."""
    made: int
    """The number of captures that have new templates."""
    kept: int
    """The number of captures that keep their earlier templates."""
    without_pictures: int
    """The number of captures whose templates could not be remade."""
