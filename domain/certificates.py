"""Certificates for people: number, content, outcome, referrals, and standing later on."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain.errors import InvalidInputError
from domain.ids import CertificateId, DisclosureId, RecordId, ReferralId, RequestId, UserId
from domain.releasing import HoldBack
from domain.requests import IdentityBasis, ReplyOutcome

# The number names a certificate and tells nothing: it is drawn at random. The code of 128 bits is
# printed only on the certificate; a store keeps its digest.


_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
_SEPARATORS = re.compile(r"[\s-]+")
CODE_BYTES = 16
NUMBER_BYTES = 8
_GROUP = 5
MOST_TYPED = 64
"""The longest text that is read as a number or a code."""


def code_of(drawn: bytes) -> str:
    """Return a code or number of random bytes, in groups of five; big-endian, left-padded."""
    letters = -(-len(drawn) * 8 // 5)
    value = int.from_bytes(drawn)
    text = "".join(_ALPHABET[value >> 5 * at & 31] for at in range(letters - 1, -1, -1))
    return "-".join(text[at : at + _GROUP] for at in range(0, letters, _GROUP))


def plain_code(typed: str) -> str:
    """Return a code or number as it is compared: without separators, as capitals, I and O read."""
    return _SEPARATORS.sub("", typed[:MOST_TYPED]).upper().translate(_MISREAD)


def code_digest(number: str, code: str) -> str:
    """Return SHA-256, hexadecimal, of a number with its code."""
    text = f"{plain_code(number)} {plain_code(code)}"
    return hashlib.sha256(text.encode()).hexdigest()


# The body is the one that sees what the office does not hold, such as intelligence on risks to
# children. It objects or does not, and names the markers that the certificate states.


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


# The outcomes are those that a police certificate is known by. *Cannot be certified* is not among
# those of the office whose practice this follows: it stands instead of a wrong *No Trace*.


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


LONGEST_NAME = 200

_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
"""Unicode categories of characters that print nothing, or turn the words behind them round."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The person that a certificate is about, as they stated themselves and documents showed."""

    name: str
    born_on: str
    """A day, or as much of it as is known: `1984-03-12`, `1984-03-XX`."""
    place_of_birth: str = ""
    nationalities: tuple[str, ...] = ()
    """ISO 3166-1 alpha-3."""
    other_names: tuple[str, ...] = ()
    address: str = ""
    passport_number: str = ""
    portrait_sha256: str = ""
    """SHA-256, hexadecimal, of the photograph that came with the application; empty without."""


@dataclass(frozen=True, slots=True)
class StatedMatter:
    """A conviction, caution or other decided matter that is stated."""

    decided_on: date
    court: str
    offences: tuple[str, ...]
    sanctions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PendingMatter:
    """An offence that is prosecuted or under investigation, not decided yet."""

    since: date
    offence: str
    state: str
    """Such as `charged`."""


@dataclass(frozen=True, slots=True)
class CertificateContent:
    """Everything that a certificate says. Raises InvalidInputError for unprintable text."""

    kind: str
    """The name of the kind of request."""
    title: str
    number: str
    outcome: CertificateOutcome
    holder: Holder
    basis: IdentityBasis
    """The basis on which the identity stands."""
    basis_words: str
    as_of: date
    """The day of the decision: later events are not in it."""
    rule: str
    """Identifier of the rule set by which matters stepped down."""
    rule_words: str
    countries: tuple[str, ...] = ()
    """For which it was asked."""
    matters: tuple[StatedMatter, ...] = ()
    pending: tuple[PendingMatter, ...] = ()
    statements: tuple[str, ...] = field(default=())
    """Further sentences that are part of it."""
    markers: tuple[str, ...] = ()
    """Markers of intelligence, in words: only for a child protection certificate."""

    def __post_init__(self) -> None:
        holder = self.holder
        for text in (holder.name, *holder.other_names, holder.place_of_birth, holder.address):
            check_printable(text)
        check_printable(holder.passport_number)


def check_printable(text: str) -> None:
    """Raise InvalidInputError for text that could not be printed as it stands.

    Characters of no width, controls and marks of direction are refused, and not dropped: on paper
    they would turn the words behind them round, or make two names look like one.
    """
    if len(text) > LONGEST_NAME:
        raise InvalidInputError(f"A name has at most {LONGEST_NAME} characters: shorten it.")
    if any(unicodedata.category(one) in _UNSEEN for one in text):
        raise InvalidInputError(
            "A name contains a control character or a text direction mark: remove it."
        )


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate; written once."""

    certificate_id: CertificateId
    number: str
    kind: str
    """The name of the kind of request."""
    disclosure_id: DisclosureId
    """The release that it certifies, by two people."""
    outcome: CertificateOutcome
    basis: IdentityBasis
    rule: str
    """Identifier of the rule set by which matters stepped down."""
    code_digest: str
    """SHA-256, hexadecimal, of number and code."""
    status_list: int
    status_index: int
    """Its place in the published list of those that no longer hold; drawn at random."""
    key: str
    """The multikey that signed its credential."""
    document_sha256: str
    issued_by: UserId
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class StandingCertificate:
    """A certificate, and whether it holds now."""

    certificate: Certificate
    answer: CheckAnswer


@dataclass(frozen=True, slots=True)
class StoodOn:
    """The ground of a certificate at its issue."""

    people: tuple[int, ...]
    """Rows of the person and of all people merged with them; empty without an identification."""
    versions: tuple[tuple[RecordId, int], ...]
    """Records of theirs, each with the version that was read."""
