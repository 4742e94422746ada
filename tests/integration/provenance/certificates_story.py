"""The events of a certificate, told one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from domain.events.certificates import (
    CertificateChecked,
    CertificateIssued,
    CertificateRevoked,
    ReferralAnswered,
    ReferralMade,
    ReleaseProved,
    WatchBegun,
    WatchChecked,
    WatchStepped,
)
from domain.events.declaring import Event
from domain.ids import CertificateId, DisclosureId, PersonId, ReferralId, RequestId
from domain.requests.certificates import (
    CertificateOutcome,
    CheckAnswer,
    ReferralVerdict,
    RevocationGround,
)
from domain.requests.disclosures import WatchAct, WatchAnswer
from domain.requests.requests import IdentityBasis


def certificate_events() -> Iterator[Event]:
    """Yield the story of a certificate from its issue to the day it is taken back."""
    certificate_id = CertificateId("certificate-1")
    yield ReleaseProved(DisclosureId("disclosure-1"), "0" * 64)
    yield CertificateIssued(
        certificate_id,
        DisclosureId("disclosure-1"),
        "police-certificate",
        CertificateOutcome.TRACE,
        IdentityBasis.DOCUMENTS,
        "step-down-synthetic/1",
        "0" * 64,
        PersonId("person-1"),
    )
    yield CertificateChecked(CheckAnswer.VALID, certificate_id)
    yield CertificateRevoked(certificate_id, RevocationGround.LOST)
    referral_id, request_id = ReferralId("referral-1"), RequestId("request-1")
    yield WatchBegun("watch-1", request_id, certificate_id)
    yield WatchStepped("watch-1", 1, WatchAct.BEGUN)
    yield WatchChecked("check-1", "watch-1", WatchAnswer.UNCHANGED)
    yield ReferralMade(referral_id, request_id, 4)
    yield ReferralAnswered(referral_id, request_id, ReferralVerdict.NO_OBJECTION)
