"""The answers stated in an application, and the documents that prove them to an officer.

An officer ticks one answer at a time, next to the document that proves it. Each tick is a row of
its own, with name and time. The last tick for an answer counts. Nobody chooses what the documents
establish: it follows from the ticks.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from domain.countries import country_name
from domain.ids import RequestId, UserId
from domain.requests.requests import Ask, IdentityBasis

ProofId = NewType("ProofId", str)


class Claim(StrEnum):
    """An answer that a document has to prove."""

    NAME = "name"
    FORMER_NAMES = "former names"
    BORN = "date of birth"
    BIRTH_PLACE = "place of birth"
    SEX = "sex"
    NATIONALITY = "nationality"
    PASSPORT_NUMBER = "passport number"
    """With the country that issued the passport, if it is stated."""
    ADDRESS = "address"
    PHOTOGRAPH = "photograph"
    """The photograph shows the same person as the passport."""
    REPRESENTATIVE = "representative"


class ProofVerdict(StrEnum):
    """The officer's finding."""

    SHOWN = "shown"
    NOT_SHOWN = "not shown"


@dataclass(frozen=True, slots=True)
class StatedClaim:
    """A claim as the applicant stated it."""

    claim: Claim
    stated: tuple[str, ...]
    """The stated lines; empty for the photograph, which needs no words."""
    slots: tuple[str, ...]
    """The documents of a form that usually prove the claim, the best first."""


@dataclass(frozen=True, slots=True)
class ProofCheck:
    """An officer's finding on one claim."""

    proof_id: ProofId
    request_id: RequestId
    claim: Claim
    document_id: str
    """The document that proves the claim; empty for a paper that was seen at the desk."""
    verdict: ProofVerdict
    checked_by: UserId
    checked_at: datetime


ADDRESS_COUNTRY = "address-country"
"""Fact of an application: the code of the country of the address."""
PASSPORT_NUMBER = "passport-number"
"""Fact of an application: the number of the passport that came with it."""
PASSPORT_COUNTRY = "passport-country"
"""Fact of an application: the code of the country that issued the passport."""
PORTRAIT = "portrait"
_PASSPORT = ("passport",)
_IDENTITY = frozenset({Claim.NAME, Claim.BORN})
"""The claims that documents must prove to establish identity."""


def claims_of(ask: Ask, slots: Collection[str]) -> tuple[StatedClaim, ...]:
    """Return the answers of an application that a document has to prove, in the order of a
    passport.

    `slots`: the names of the documents that came with the application.
    """
    details = ask.subject
    former = [one.display for one in details.names[1:]]
    home, facts = address_of(ask), dict(ask.facts)
    stated = {
        Claim.NAME: ([one.display for one in details.names[:1]], _PASSPORT),
        Claim.FORMER_NAMES: (former, _PASSPORT),
        Claim.BORN: ([one.words for one in details.dates_of_birth], _PASSPORT),
        Claim.BIRTH_PLACE: ([details.place_of_birth], _PASSPORT),
        Claim.SEX: ([details.sex.value if details.sex else ""], _PASSPORT),
        Claim.NATIONALITY: ([one.country for one in details.nationalities], _PASSPORT),
        Claim.PASSPORT_NUMBER: (
            [facts.get(PASSPORT_NUMBER, ""), country_name(facts.get(PASSPORT_COUNTRY, ""))],
            _PASSPORT,
        ),
        Claim.ADDRESS: ([home], ("address-proof", "second-address-proof")),
        Claim.REPRESENTATIVE: ([ask.asker_name], ("authority",)),
    }
    told = (
        StatedClaim(claim, tuple(filter(None, lines)), shown_by)
        for claim, (lines, shown_by) in stated.items()
    )
    found = tuple(one for one in told if one.stated)
    photograph = StatedClaim(Claim.PHOTOGRAPH, (), (PORTRAIT, *_PASSPORT))
    return (*found, photograph) if PORTRAIT in slots else found


def address_of(ask: Ask) -> str:
    """Return the address that an application states, with its country; empty if none is stated."""
    homes = [
        ", ".join(filter(None, (one.line, one.town, one.postcode)))
        for one in ask.subject.addresses
    ]
    country = country_name(dict(ask.facts).get(ADDRESS_COUNTRY, ""))
    return ", ".join(filter(None, (*homes[:1], country)))


def proved(checks: Collection[ProofCheck]) -> dict[Claim, ProofCheck]:
    """Return the checks that prove a claim, by claim, from checks in the order made."""
    last = {one.claim: one for one in checks}
    return {claim: one for claim, one in last.items() if one.verdict is ProofVerdict.SHOWN}


def basis_by(checks: Collection[ProofCheck]) -> IdentityBasis:
    """Return the basis on which the person is identified without prints."""
    return IdentityBasis.DOCUMENTS if proved(checks).keys() >= _IDENTITY else IdentityBasis.DETAILS
