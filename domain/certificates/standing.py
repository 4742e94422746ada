"""Outcomes of certificates, and the answer to a check of one.

The outcomes are those that a police certificate is known by. *Cannot be certified* is not among
those of the office whose practice this follows: it stands instead of a wrong *No Trace*.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from domain.releasing import HoldBack
from domain.requests import ReplyOutcome


class CertificateOutcome(StrEnum):
    """The outcome of a certificate."""

    NO_TRACE = "No Trace"
    """A whole search that left no doubt found nothing, or the record of the person is empty."""
    NO_LIVE_TRACE = "No Live Trace"
    """A record exists, and nothing of it is stated any more."""
    TRACE = "Trace"
    TRACE_STEPPED_DOWN = "Trace, further information stepped down"
    """Never says how many, nor of which days."""
    CANNOT_BE_CERTIFIED = "cannot be certified"
    """The person is not identified beyond doubt, or something held cannot be read by rule."""


class CheckAnswer(StrEnum):
    """The answer to a check of a certificate by its number and its code."""

    VALID = "valid"
    REVOKED = "revoked"
    """The office took it back."""
    SUPERSEDED = "superseded"
    """The record, or the link to it, has changed since: ask for a newer certificate."""
    UNKNOWN = "unknown"
    """No certificate has this number with this code."""


class RevocationGround(StrEnum):
    """Why the office takes a certificate back."""

    ISSUED_IN_ERROR = "issued in error"
    OBTAINED_BY_DECEIT = "obtained by deceit"
    WITHDRAWN_BY_HOLDER = "withdrawn by its holder"
    LOST = "lost or stolen"


_OF_REPLY = {
    ReplyOutcome.NO_RECORD: CertificateOutcome.NO_TRACE,
    ReplyOutcome.NOTHING_TO_GIVE: CertificateOutcome.NO_LIVE_TRACE,
    ReplyOutcome.INFORMATION: CertificateOutcome.TRACE,
}
"""Every other answer cannot be certified."""


def outcome_of(
    reply: ReplyOutcome, held_back: Collection[HoldBack], *, is_more_held: bool = False
) -> CertificateOutcome:
    """Return the outcome that an answer has as a certificate.

    `held_back`: why convictions stay back; `is_more_held`: whether anything else does. One that a
    later decision has deleted is none.
    """
    outcome = _OF_REPLY.get(reply, CertificateOutcome.CANNOT_BE_CERTIFIED)
    is_more_held = is_more_held or any(one is not HoldBack.DELETED for one in held_back)
    if outcome is CertificateOutcome.NO_TRACE and is_more_held:
        return CertificateOutcome.CANNOT_BE_CERTIFIED
    if outcome is CertificateOutcome.TRACE and is_more_held:
        return CertificateOutcome.TRACE_STEPPED_DOWN
    return outcome
