"""Looks: records that things or lists were shown, or that calls were refused.

Looks that do more than show something have their own events in the modules of their subjects.
Examples: a record read, evidence unmasked, an exemplar shown, a link disclosed to a force, the log
searched.
"""

from collections.abc import Mapping
from enum import StrEnum

from domain.events.declaring import Event, Subject, event


class LookKind(StrEnum):
    """The kind of thing or list that was shown."""

    AGREEMENT = "agreement"
    AGREEMENTS = "agreements"
    APPLICATION = "application"
    ASNS = "asns"
    BATCH_LINES = "batch-lines"
    CASE = "case"
    CASES = "cases"
    CERTIFICATE = "certificate"
    CERTIFICATES = "certificates"
    CONSULTATIONS = "consultations"
    DEAD_LETTERS = "dead-letters"
    DELETION = "deletion"
    DELETIONS = "deletions"
    DIFFERENCES = "differences"
    DISPUTE = "dispute"
    DISPUTES = "disputes"
    ENCOUNTER = "encounter"
    ENCOUNTERS = "encounters"
    ENQUIRY = "enquiry"
    ERASURE = "erasure"
    ERASURES = "erasures"
    EVIDENCE = "evidence"
    FINDINGS = "findings"
    FRAME = "frame"
    FRAME_CANDIDATES = "frame-candidates"
    FRAMES = "frames"
    GALLERY_CASE = "gallery-case"
    GALLERY_CASES = "gallery-cases"
    LINK = "link"
    LINKS = "links"
    LOTS = "lots"
    MATTER = "matter"
    MATTERS = "matters"
    MERGES = "merges"
    NOTICES = "notices"
    OVERVIEW = "overview"
    OWN_ANSWER = "own-answer"
    OWN_REQUESTS = "own-requests"
    PRINT = "print"
    PROVENANCE = "provenance"
    QUEUE = "queue"
    RECORDS = "records"
    REFERRAL = "referral"
    REFERRALS = "referrals"
    REQUEST = "request"
    REQUEST_CANDIDATES = "request-candidates"
    REQUESTS = "requests"
    RESTRICTION = "restriction"
    RESTRICTIONS = "restrictions"
    SAMPLE = "sample"
    RETENTION = "retention"
    RETENTION_PLAN = "retention-plan"
    RETENTION_PLANS = "retention-plans"
    SEARCH = "search"
    SEARCHES = "searches"
    SOURCES = "sources"
    STATISTICS = "statistics"
    STORY = "story"
    UNANSWERED = "unanswered-notices"
    VERSIONS = "versions"


_WORDS: Mapping[str, str] = {
    LookKind.CONSULTATIONS: "the list of those who viewed the data",
    LookKind.ENCOUNTER: "a capture",
    LookKind.ENCOUNTERS: "a list of captures",
    LookKind.ENQUIRY: "the answer to a names enquiry",
    LookKind.EVIDENCE: "the evidence for and against candidates",
    LookKind.FRAME_CANDIDATES: "people to whom an old record may belong",
    LookKind.LINK: "a link between a search and the record",
    LookKind.LINKS: "a list of links",
    LookKind.MATTER: "a result or message that waits for the record",
    LookKind.OWN_ANSWER: "the answer to a request for own data",
    LookKind.PROVENANCE: "how a link was made",
    LookKind.RECORDS: "a list of records",
    LookKind.RETENTION: "the reasons for keeping prints",
    LookKind.SOURCES: "the old records that a record was read from",
    LookKind.STORY: "how a link was made",
    LookKind.VERSIONS: "the list of versions of the record",
}


def look_words(code: str) -> str:
    """Return in words the kind of a look, or the type of an event that is one."""
    return _WORDS.get(code, code.replace("-", " "))


@event("looked", is_look=True)
class Looked(Event):
    """A person, record, capture, search, case or link was shown."""

    shown: Subject[tuple[str, ...]]
    kind: LookKind
    one_in: int | None = None
    """Only one in this many looks of this kind is recorded; None if every look is recorded."""


@event("listed")
class Listed(Event):
    """A page of a list, or the status of a search, was shown."""

    shown: Subject[tuple[str, ...]]
    kind: LookKind
    one_in: int | None = None


LISTS = frozenset(
    {
        LookKind.AGREEMENTS,
        LookKind.ASNS,
        LookKind.BATCH_LINES,
        LookKind.CASES,
        LookKind.DEAD_LETTERS,
        LookKind.DELETIONS,
        LookKind.DIFFERENCES,
        LookKind.DISPUTES,
        LookKind.ENCOUNTERS,
        LookKind.ENQUIRY,
        LookKind.ERASURES,
        LookKind.FINDINGS,
        LookKind.FRAMES,
        LookKind.GALLERY_CASES,
        LookKind.LINKS,
        LookKind.LOTS,
        LookKind.MATTERS,
        LookKind.NOTICES,
        LookKind.OVERVIEW,
        LookKind.QUEUE,
        LookKind.RECORDS,
        LookKind.REFERRALS,
        LookKind.REQUESTS,
        LookKind.RESTRICTIONS,
        LookKind.SAMPLE,
        LookKind.RETENTION_PLANS,
        LookKind.SEARCH,
        LookKind.SEARCHES,
        LookKind.STATISTICS,
        LookKind.UNANSWERED,
    }
)
"""Pages of lists, and the status of a search. A names enquiry itself is recorded as a look."""


@event("call-refused")
class CallRefused(Event):
    """Calls of an account were refused; equal calls made within a while are one event."""

    method: str
    route: str
    """The template of the address, without the ids that were requested."""
    problem: str
    calls: int
