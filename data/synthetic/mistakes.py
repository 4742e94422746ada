"""The statement recorded at a booking, given the person's true facts and the care taken."""

from __future__ import annotations

from dataclasses import replace

from data.synthetic.circumstances import Circumstances
from data.synthetic.counters import Draws
from data.synthetic.facts import PersonFacts, sex_of
from data.synthetic.places import area_of, postcode, street_line
from data.synthetic.residence import NO_ADDRESS
from data.synthetic.said_dates import said_dates
from data.synthetic.said_names import said_name
from data.synthetic.typos import typo, wrong_digit
from domain.people import Address, Details, Nationality, Sex

DRAWS_EACH = 64
"""Uniforms that one booking may use; the longest path takes about 40."""


def said_details(facts: PersonFacts, draws: Draws, how: Circumstances) -> Details:
    """Return the details recorded at a booking of this person."""
    return Details(
        names=(said_name(facts, draws, how),),
        dates_of_birth=said_dates(facts.birth_day, draws, how),
        sex=_sex(sex_of(facts), draws, how),
        place_of_birth=_place(facts.place_of_birth, draws, how),
        nationalities=_nationalities(facts.nationality, draws, how),
        addresses=_addresses(facts, draws, how),
        pnc_ids=_pnc_ids(facts.pnc_id, draws, how),
        cro_numbers=_known(facts.cro_number, draws, how.mistakes.cro_known_share),
    )


def _nationalities(country: str, draws: Draws, how: Circumstances) -> tuple[Nationality, ...]:
    kept = _kept(country, draws, how.mistakes.nationality_missing_share * how.factor)
    return (Nationality(kept),) if kept else ()


def _sex(sex: Sex, draws: Draws, how: Circumstances) -> Sex | None:
    fate = draws.uniform() / how.factor
    if fate < how.mistakes.sex_missing_share:
        return None
    if fate < how.mistakes.sex_missing_share + how.mistakes.sex_wrong_share:
        return Sex.FEMALE if sex is Sex.MALE else Sex.MALE
    return sex


def _place(place: str, draws: Draws, how: Circumstances) -> str:
    fate = draws.uniform() / how.factor
    if fate < how.mistakes.place_missing_share:
        return ""
    is_typo = fate < how.mistakes.place_missing_share + how.mistakes.place_typo_share
    return typo(place, draws) if is_typo else place


def _kept(text: str, draws: Draws, missing_share: float) -> str:
    return "" if draws.uniform() < missing_share else text


def _known(text: str, draws: Draws, known_share: float) -> tuple[str, ...]:
    return (text,) if draws.uniform() < known_share and text else ()


def _pnc_ids(pnc_id: str, draws: Draws, how: Circumstances) -> tuple[str, ...]:
    known = _known(pnc_id, draws, how.mistakes.pnc_known_share)
    if known and draws.uniform() < how.mistakes.pnc_wrong_share * how.factor:
        return (wrong_digit(pnc_id, draws),)
    return known


def _addresses(facts: PersonFacts, draws: Draws, how: Circumstances) -> tuple[Address, ...]:
    if draws.uniform() < how.mistakes.address_missing_share * how.factor:
        return ()
    address = _moved(facts, draws) if _has_moved(draws, how) else facts.address
    if (
        address is not NO_ADDRESS
        and draws.uniform() < how.mistakes.postcode_typo_share * how.factor
    ):
        return (replace(address, postcode=typo(address.postcode, draws)),)
    return (address,)


def _has_moved(draws: Draws, how: Circumstances) -> bool:
    return how.is_later and draws.uniform() < how.mistakes.moved_share


def _moved(facts: PersonFacts, draws: Draws) -> Address:
    """Return a former address or another one nearby."""
    if facts.former_address is not None:
        return facts.former_address
    area = area_of(facts.address.postcode)
    if not area:
        return NO_ADDRESS
    line = street_line(draws.uniform(), draws.uniform())
    return Address(line, facts.address.town, postcode(area, draws.uniform()))
