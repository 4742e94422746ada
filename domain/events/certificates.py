"""Certificates for people: issued, revoked, and checked by anyone who holds one; and watches."""

from domain.events.declaring import Event, Subject, event
from domain.events.rows import Leaves
from domain.ids import CertificateId, DisclosureId, PersonId, ReferralId, RequestId
from domain.requests import certificates
from domain.requests.disclosures import WatchAct, WatchAnswer
from domain.requests.requests import IdentityBasis


@event(
    "certificate-issued",
    leaves=Leaves(
        "certificates", by="issued_by", parts=("certificate_people", "certificate_records")
    ),
    is_look=True,
)
class CertificateIssued(Event):
    """A certificate of a release was signed, and its document was made."""

    certificate_id: Subject[CertificateId]
    disclosure_id: Subject[DisclosureId]
    kind: str
    outcome: certificates.CertificateOutcome
    basis: IdentityBasis
    rule: str
    """The rule that decided which matters stepped down."""
    document_sha256: str
    person_id: Subject[PersonId | None] = None


@event("release-proved")
class ReleaseProved(Event):
    """A document proves a release; its person and content are not stated."""

    disclosure_id: Subject[DisclosureId]
    event_sha256: str
    """SHA-256 of the body of the release's event. The body contains random ids, so nobody can
    guess it; anyone who may read the log can look the event up."""


@event("certificate-revoked", leaves=Leaves("certificate_revocations", by="revoked_by"))
class CertificateRevoked(Event):
    """The office revoked a certificate."""

    certificate_id: Subject[CertificateId]
    ground: certificates.RevocationGround


@event("certificate-checked")
class CertificateChecked(Event):
    """Somebody outside the office checked a certificate's number and code, and got an answer."""

    answer: certificates.CheckAnswer
    certificate_id: Subject[CertificateId | None] = None
    """None if the answer is that there is no such certificate."""
    calls: int | None = None
    """The number of guesses within a short period that named no certificate."""


@event("referral-made", leaves=Leaves("referrals", by="made_by"))
class ReferralMade(Event):
    """A referral body outside the office was asked about a certificate before it may be issued."""

    referral_id: Subject[ReferralId]
    request_id: Subject[RequestId]
    number: int
    """The version of the request on which the referral was made."""


@event("referral-answered", leaves=Leaves("referral_replies", by="answered_by"))
class ReferralAnswered(Event):
    """The referral body answered a referral."""

    referral_id: Subject[ReferralId]
    request_id: Subject[RequestId]
    verdict: certificates.ReferralVerdict


@event("watch-begun", leaves=Leaves("watches"))
class WatchBegun(Event):
    """The holder of a certificate, or an agency, began to watch whether an answer still holds."""

    watch_id: Subject[str]
    request_id: Subject[RequestId]
    certificate_id: Subject[CertificateId | None] = None
    agency: str | None = None


@event(
    "watch-stepped",
    leaves=Leaves("watch_steps", by="stepped_by", where=("watch_id", "number")),
)
class WatchStepped(Event):
    """A watch was begun, confirmed or ended, or its agency was told to ask again."""

    watch_id: Subject[str]
    number: int
    act: WatchAct


@event("watch-checked", leaves=Leaves("watch_checks", by="checked_by"))
class WatchChecked(Event):
    """Somebody with a holder's code asked whether the record behind a certificate has changed."""

    check_id: Subject[str]
    watch_id: Subject[str]
    answer: WatchAnswer
