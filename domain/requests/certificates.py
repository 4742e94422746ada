"""Certificates for people: number, content, outcome, referrals, and later validity."""

import hashlib
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain import ids
from domain.errors import InvalidInputError
from domain.requests.releasing import HoldBack
from domain.requests.requests import IdentityBasis, ReplyOutcome

# The number names a certificate and reveals nothing, because it is drawn at random. The code of
# 128 bits is printed only on the certificate; a store keeps only the digest of the code.


_MISREAD = str.maketrans("OIL", "011")
_SEPARATORS = re.compile(r"[\s-]+")
CODE_BYTES = 16
NUMBER_BYTES = 8
_GROUP = 5
MOST_TYPED = 64
"""The maximum length of a text that is read as a number or a code."""


def code_of(drawn: bytes) -> str:
    """Return bytes as a code in groups of five characters: big-endian, left-padded."""
    letters = -(-len(drawn) * 8 // 5)
    value = int.from_bytes(drawn)
    text = "".join(ids.CODE_LETTERS[value >> 5 * at & 31] for at in range(letters - 1, -1, -1))
    return "-".join(text[at : at + _GROUP] for at in range(0, letters, _GROUP))


def plain_code(typed: str) -> str:
    """Return a code as compared: upper case, no separators, O as 0, and I and L as 1."""
    return _SEPARATORS.sub("", typed[:MOST_TYPED]).upper().translate(_MISREAD)


def code_digest(number: str, code: str) -> str:
    """Return the SHA-256, in hexadecimal, of a number together with its code."""
    text = f"{plain_code(number)} {plain_code(code)}"
    return hashlib.sha256(text.encode()).hexdigest()


# The referral body has information that the office does not hold, such as intelligence on risks
# to children. It may object, and it names the markers that the certificate states.


class ReferralVerdict(StrEnum):
    """The referral body's answer."""

    NO_OBJECTION = "no objection"
    OBJECTION = "objection"
    """Nothing is released. The referral body takes action first, and need not say how."""


@dataclass(frozen=True, slots=True)
class ReferralReply:
    """The reply to a referral. Only one reply is given."""

    verdict: ReferralVerdict
    answered_by: ids.UserId
    answered_at: datetime
    """When the answer was given."""
    markers: tuple[str, ...] = ()
    """Codes of intelligence markers, sorted and sealed. They are erased together with `words`."""
    words: str = ""
    """Free text for people; it is never used in computation."""


@dataclass(frozen=True, slots=True)
class Referral:
    """One referral, made on a version of a request."""

    referral_id: ids.ReferralId
    request_id: ids.RequestId
    number: int
    """The version of the request on which the referral was made."""
    made_by: ids.UserId
    made_at: datetime
    """When it was made."""
    reply: ReferralReply | None = None


# The outcomes are those of a police certificate. *Cannot be certified* is not used by the office
# whose practice this follows; here it prevents a wrong *No Trace*.


class CertificateOutcome(StrEnum):
    """The outcome of a certificate."""

    NO_TRACE = "No Trace"
    """A complete search found nothing and left no doubt, or the person's record is empty."""
    NO_LIVE_TRACE = "No Live Trace"
    """A record exists, but nothing in it is stated any more."""
    TRACE = "Trace"
    TRACE_STEPPED_DOWN = "Trace, further information stepped down"
    """The certificate never says how many matters stepped down, or when they were decided."""
    CANNOT_BE_CERTIFIED = "cannot be certified"
    """The person is not identified beyond doubt, or no rule can assess something that is held."""


class CheckAnswer(StrEnum):
    """The answer to a check of a certificate by its number and its code."""

    VALID = "valid"
    REVOKED = "revoked"
    """The office revoked the certificate."""
    SUPERSEDED = "superseded"
    """The record, or the link to it, has changed: a newer certificate is needed."""
    UNKNOWN = "unknown"
    """No certificate has this number with this code."""


class RevocationGround(StrEnum):
    """Why the office revokes a certificate."""

    ISSUED_IN_ERROR = "issued in error"
    OBTAINED_BY_DECEIT = "obtained by deceit"
    WITHDRAWN_BY_HOLDER = "withdrawn by its holder"
    LOST = "lost or stolen"


_OF_REPLY = {
    ReplyOutcome.NO_RECORD: CertificateOutcome.NO_TRACE,
    ReplyOutcome.NOTHING_TO_GIVE: CertificateOutcome.NO_LIVE_TRACE,
    ReplyOutcome.INFORMATION: CertificateOutcome.TRACE,
}
"""Every outcome that is not listed cannot be certified."""


def outcome_of(
    reply: ReplyOutcome, held_back: Collection[HoldBack], *, is_more_held: bool = False
) -> CertificateOutcome:
    """Return the outcome that an answer has as a certificate.

    `held_back` gives the reasons why convictions are held back. `is_more_held` says whether
    anything else is held back. A conviction deleted by a later decision is not counted.
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
"""Unicode categories of characters that print nothing, or change the direction of text."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The person whom a certificate is about: details given by the person, proved by documents."""

    name: str
    born_on: str
    """A date, with unknown parts as X: `1984-03-12`, `1984-03-XX`."""
    place_of_birth: str = ""
    nationalities: tuple[str, ...] = ()
    """ISO 3166-1 alpha-3."""
    other_names: tuple[str, ...] = ()
    address: str = ""
    passport_number: str = ""
    passport_country: str = ""
    """The country that issued the passport, in words."""
    sex: str = ""
    portrait_sha256: str = ""
    """SHA-256, in hexadecimal, of the applicant's photograph; empty if there was none."""


@dataclass(frozen=True, slots=True)
class StatedMatter:
    """A conviction, caution or other decided matter that the certificate states."""

    decided_on: date
    court: str
    offences: tuple[str, ...]
    sanctions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PendingMatter:
    """An offence that is being prosecuted or investigated and is not decided yet."""

    since: date
    offence: str
    state: str
    """The stage of the proceedings, such as `charged`."""


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
    """The basis on which the person was identified."""
    basis_words: str
    as_of: date
    """The day of the decision. Later events are not included."""
    rule: str
    """Identifier of the rule set that decided which matters stepped down."""
    rule_words: str
    countries: tuple[str, ...] = ()
    """The countries for which the certificate was requested."""
    matters: tuple[StatedMatter, ...] = ()
    pending: tuple[PendingMatter, ...] = ()
    statements: tuple[str, ...] = field(default=())
    """Further sentences printed on the certificate."""
    markers: tuple[str, ...] = ()
    """Intelligence markers, in words. Only a child protection certificate has them."""

    def __post_init__(self) -> None:
        holder = self.holder
        for text in (holder.name, *holder.other_names, holder.place_of_birth, holder.address):
            check_printable(text)
        check_printable(holder.passport_number)
        check_printable(holder.passport_country)


def check_printable(text: str) -> None:
    """Raise InvalidInputError for text that could not be printed unchanged.

    Zero-width characters, control characters and text direction marks are refused rather than
    removed. On paper they would change the direction of the text that follows, or make two names
    look the same.
    """
    if len(text) > LONGEST_NAME:
        raise InvalidInputError(f"A name can have at most {LONGEST_NAME} characters: shorten it.")
    if any(unicodedata.category(one) in _UNSEEN for one in text):
        raise InvalidInputError(
            "A name contains a control character or a text direction mark: remove it."
        )


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate. It is written once and never changed."""

    certificate_id: ids.CertificateId
    number: str
    """Number printed on the certificate."""
    kind: str
    """The name of the kind of request."""
    disclosure_id: ids.DisclosureId
    """The release that the certificate certifies. Two people decided on it."""
    outcome: CertificateOutcome
    basis: IdentityBasis
    rule: str
    """Identifier of the rule set that decided which matters stepped down."""
    code_digest: str
    """SHA-256, in hexadecimal, of number and code."""
    status_list: int
    status_index: int
    """Its place, drawn at random, in the published list of certificates no longer valid."""
    key: str
    """The multikey whose private part signed the credential."""
    document_sha256: str
    """SHA-256 of the document, hexadecimal."""
    issued_by: ids.UserId
    issued_at: datetime
    """When it was issued."""


@dataclass(frozen=True, slots=True)
class StandingCertificate:
    """A certificate, and whether it is valid now."""

    certificate: Certificate
    answer: CheckAnswer


@dataclass(frozen=True, slots=True)
class StoodOn:
    """The data on which a certificate was based when it was issued."""

    people: tuple[int, ...]
    """The rows of the person and of all people merged with them; empty if nobody."""
    versions: tuple[tuple[ids.RecordId, int], ...]
    """The records of these people, each with the version that was read."""
