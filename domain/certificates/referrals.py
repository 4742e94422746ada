"""Referrals: a body outside the office is asked before a certificate about a person may be issued.

The body is the one that sees what the office does not hold, such as intelligence on risks to
children. It objects or does not, and names the markers that the certificate states.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import ReferralId, RequestId, UserId


class ReferralVerdict(StrEnum):
    """The answer of the body."""

    NO_OBJECTION = "no objection"
    OBJECTION = "objection"
    """Nothing is released: the body acts first, and need not say how."""


@dataclass(frozen=True, slots=True)
class ReferralReply:
    """The answer to a referral, given once."""

    verdict: ReferralVerdict
    answered_by: UserId
    answered_at: datetime
    markers: tuple[str, ...] = ()
    """Codes of markers, sorted; sealed, and gone with the words once they are erased."""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Referral:
    """One referral, on a version of a request."""

    referral_id: ReferralId
    request_id: RequestId
    number: int
    """The version of the request that it was made on."""
    made_by: UserId
    made_at: datetime
    reply: ReferralReply | None = None
