"""Requests to search, the candidates they propose, and items that wait for a record."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain import ids
from domain.access.access import Purpose
from domain.people.people import Details
from domain.prints.prints import Impression
from domain.searches.evidence import Evidence
from domain.searches.models import Experience
from domain.searches.strangers import OwnStrangers, Strangers


@dataclass(frozen=True, slots=True)
class CountedWord:
    """A stated word, and how many entries of the gallery have a word like it.

    `alike`: the number of entries for each grade of likeness, the same word first. `initial`: the
    number of words in entries that begin with the letter of this word.
    """

    text: str
    alike: tuple[int, ...]
    initial: int


@dataclass(frozen=True, slots=True)
class CountedWords:
    """The words of a statement, as counted among the entries of a gallery.

    An entry is a name of a person with one date of birth. Removals do not lower the counts.
    """

    entries: int
    words: tuple[CountedWord, ...] = ()


NOTHING_COUNTED = CountedWords(0)


class SearchType(StrEnum):
    """Whether prints of a person (TP) or a mark (LT) are compared with persons or with marks."""

    TP_TP = "TP/TP"
    """A tenprint against tenprints."""
    LT_TP = "LT/TP"
    """A mark against tenprints."""
    TP_LT = "TP/LT"
    """A new tenprint against unsolved marks."""
    LT_LT = "LT/LT"
    """A mark against unsolved marks."""
    NAMES = "NAMES"
    """A names enquiry: details only."""

    @property
    def words(self) -> str:
        """What is searched with, and what among: for readers who do not know the codes."""
        return _SEARCHED[self]

    @property
    def has_tenprint_probe(self) -> bool:
        """Whether the probe is a capture of known fingers."""
        return self in {SearchType.TP_TP, SearchType.TP_LT}

    @property
    def has_mark_probe(self) -> bool:
        """Whether the probe is a mark."""
        return self in {SearchType.LT_TP, SearchType.LT_LT}

    @property
    def is_among_marks(self) -> bool:
        """Whether the unsolved mark file is searched, and not the tenprints."""
        return self in {SearchType.TP_LT, SearchType.LT_LT}


_SEARCHED = {
    SearchType.TP_TP: "a tenprint among the tenprints on record",
    SearchType.LT_TP: "a mark among the tenprints on record",
    SearchType.TP_LT: "a tenprint among unsolved marks",
    SearchType.LT_LT: "a mark among unsolved marks",
    SearchType.NAMES: "details among the records",
}


class SearchState(StrEnum):
    """The progress of a search."""

    EXAMINING = "examining"
    CONCLUDED = "concluded"


class SearchOutcome(StrEnum):
    """The outcome shown to a force. "not linked" never means "no record"."""

    LINKED = "linked"
    NOT_LINKED = "not linked"


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """The input of a search: impressions, details, or both."""

    impressions: tuple[Impression, ...]
    details: Details
    strangers: Strangers | None = None
    """How similar it is to people drawn from the gallery, measured during the search."""
    experience: Experience | None = None
    """The strangers that the gallery had met; None in searches from before they were counted,
    whose evidence is bounded by the counts of the model."""
    own: OwnStrangers | None = None
    """What measures who is alike with everybody. None in searches from before that was measured,
    and in all but tenprints among tenprints."""
    words: CountedWords | None = None
    """How common the stated words were in the gallery, counted for a names enquiry. None in other
    searches, and in enquiries from before words were counted."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The versions with which a search was computed, so that it can be explained and replayed."""

    model_name: str
    """Name of the model."""
    model_version: str
    """Version of the model."""
    model_digest: str
    """SHA-256 of the model that computed the evidence."""
    index_generation: int
    """Number of the index generation that was searched."""
    index_digest: str
    """SHA-256 of the index that was searched."""
    configuration_digest: str
    """SHA-256 of the settings with which the search ran."""
    code_version: str
    """Version of the software that ran the search."""
    index_cursor: int = 0
    """The number of the last change of the gallery that was in the index."""
    gallery_size: int = 0
    """The number of people on which the prior is based."""
    thresholds: str = ""
    """The digest of the thresholds in force, which are part of the model."""
    arithmetic: str = ""
    """How prints were compared: its number format and the version of the rule."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person that the search proposes, with the evidence as computed."""

    candidate_id: ids.CandidateId
    person_id: ids.PersonId
    record_id: ids.RecordId | None
    encounter_id: ids.EncounterId | None
    """The encounter whose prints agreed most; None in a names enquiry."""
    rank: int
    """Position among the candidates; 1 is first."""
    evidence: Evidence
    record_version: int | None = None
    """The version of the record that was compared; None in old searches."""


@dataclass(frozen=True, slots=True)
class Search:
    """A submitted request and its state. The probe is stored separately."""

    search_id: ids.SearchId
    search_type: SearchType
    force: ids.ForceCode
    submitted_by: ids.UserId
    on_behalf_of: str
    purpose: Purpose
    submitted_at: datetime
    basis: Basis
    state: SearchState
    outcome: SearchOutcome | None = None
    case_id: ids.CaseId | None = None
    link_id: ids.LinkId | None = None
    encounter_id: ids.EncounterId | None = None
    """The probe's capture, if it was enrolled."""
    probe_commitment: str = ""
    """HMAC-SHA256 of the probe under its own key, as in the log; empty without a vault."""


class WaitingKind(StrEnum):
    """The kind of item that waits."""

    CASE = "case of an agency"
    """An Arrest Summons Number was issued, and no court result has been received yet."""
    RESULT = "result of a court"
    """A court result was received for a number that was issued here."""
    CONVICTION = "conviction of another country"
    MATTER = "matter"
    """A court result or another matter that no rule could attach to a record."""
    FRAME = "old record"
    """A frame that is settled but not written to a record."""


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """An item that is on no record, with the details of the person that it names."""

    kind: WaitingKind
    item_id: str
    """Id of the agency's request, the message, or the frame."""
    since: datetime
    """Since when the item has waited."""
    details: Details = field(repr=False)
