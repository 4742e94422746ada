"""The content of a certificate, as it is printed and signed: nothing that stepped down."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date

from domain.certificates.standing import CertificateOutcome
from domain.errors import InvalidInputError
from domain.requests import IdentityBasis

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
