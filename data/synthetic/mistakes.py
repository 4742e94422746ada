"""The statement recorded at a booking: true facts, care taken, and mistyped words."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from data.synthetic.counters import Draws
from data.synthetic.facts import Circumstances, PersonFacts, day_of, main_name, sex_of
from data.synthetic.names import tables
from data.synthetic.parameters import MistakeParameters
from data.synthetic.residence import NO_ADDRESS, area_of, postcode, street_line
from domain.people.people import Address, Details, Nationality, PartialDate, PersonName, Sex


def typo(text: str, draws: Draws) -> str:
    """Return the text with a mistake of keyboard, hearing or scanner, from two letters on."""
    if len(text) < 2:
        return text
    slip = draws.choice(_SLIPS)
    return slip(text, draws)


def _neighbour(text: str, draws: Draws) -> str:
    at = draws.index(len(text))
    keys = tables.written("slips")["neighbours"].get(text[at].lower(), "e")
    return _spliced(text, at, 1, draws.choice(keys))


def _doubled(text: str, draws: Draws) -> str:
    at = draws.index(len(text))
    return _spliced(text, at, 1, text[at] + text[at].lower())


def _dropped(text: str, draws: Draws) -> str:
    return _spliced(text, draws.index(len(text)), 1, "")


def _transposed(text: str, draws: Draws) -> str:
    at = draws.index(len(text) - 1)
    return _spliced(text, at, 2, text[at + 1] + text[at])


def _misheard(text: str, draws: Draws) -> str:
    return _replaced(text, tables.written("slips")["sounds"], draws)


def _misread(text: str, draws: Draws) -> str:
    return _replaced(text, tables.written("slips")["looks"], draws)


def _replaced(text: str, pairs: Sequence[Sequence[str]], draws: Draws) -> str:
    """Return the text with one applicable replacement made, or with one letter dropped."""
    lower = text.lower()
    fitting = [(lower.index(old), old, new) for old, new in pairs if old in lower]
    if not fitting:
        return _dropped(text, draws)
    at, old, new = draws.choice(fitting)
    return _spliced(text, at, len(old), new)


def _spliced(text: str, at: int, length: int, new: str) -> str:
    """Return the text with `new` in place of `length` letters, in the case found there."""
    replaced = text[:at] + new + text[at + length :]
    return replaced[:1].upper() + replaced[1:].lower() if text.istitle() else replaced


def wrong_digit(text: str, draws: Draws) -> str:
    """Return the text with one of its digits changed. Text without digits is unchanged."""
    places = [at for at, character in enumerate(text) if character.isdigit()]
    if not places:
        return text
    at = draws.choice(places)
    digit = (int(text[at]) + 1 + draws.index(9)) % 10
    return text[:at] + str(digit) + text[at + 1 :]


_SLIPS: tuple[Callable[[str, Draws], str], ...] = (
    _neighbour,
    _neighbour,
    _dropped,
    _dropped,
    _doubled,
    _transposed,
    _transposed,
    _misheard,
    _misheard,
    _misheard,
    _misread,
)
"""The kinds of mistake, an entry a share. By hand: keyboard seven, hearing three, scanner one."""


DRAWS_EACH = 64
"""The number of uniform draws that one booking may use. The longest path uses about 40."""


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
    """Return a former address, or another address nearby."""
    if facts.former_address is not None:
        return facts.former_address
    area = area_of(facts.address.postcode)
    if not area:
        return NO_ADDRESS
    line = street_line(draws.uniform(), draws.uniform())
    return Address(line, facts.address.town, postcode(area, draws.uniform()))


def said_dates(birth_day: int, draws: Draws, how: Circumstances) -> tuple[PartialDate, ...]:
    """Return the recorded date of birth: none, or a date with at most one mistake."""
    fate = draws.uniform() / how.factor
    for mistake, slip in _DATE_SLIPS.items():
        share = share_of(how.mistakes, mistake)
        if fate < share:
            return slip(date.fromordinal(birth_day), draws)
        fate -= share
    return (day_of(birth_day),)


def _date_swapped(day: date, draws: Draws) -> tuple[PartialDate, ...]:
    if day.day > 12:
        return _date_digit(day, draws)
    return (PartialDate(day.year, day.day, day.month),)


def _date_digit(day: date, draws: Draws) -> tuple[PartialDate, ...]:
    """Return the date with one wrong digit in the day or the year. It is still a valid date."""
    if draws.uniform() < 0.5:
        return (PartialDate(day.year, day.month, _other(day.day, 1 + draws.index(9), 28)),)
    decade, unit = divmod(day.year, 10)
    year = decade * 10 + (unit + 1 + draws.index(9)) % 10
    return (PartialDate(year, day.month, min(day.day, 28)),)


def _other(value: int, step: int, size: int) -> int:
    return (value - 1 + step) % size + 1


def _date_year(day: date, draws: Draws) -> tuple[PartialDate, ...]:
    year = day.year + draws.choice((-10, -1, -1, 1, 1, 10))
    return (PartialDate(year, day.month, min(day.day, 28)),)


def _date_partial(day: date, draws: Draws) -> tuple[PartialDate, ...]:
    is_month_known = draws.uniform() < 0.4
    return (PartialDate(day.year, day.month if is_month_known else None, None),)


def _date_placeholder(day: date, draws: Draws) -> tuple[PartialDate, ...]:
    return (PartialDate(draws.choice((1900, 1970, day.year, day.year)), 1, 1),)


def _date_missing(day: date, draws: Draws) -> tuple[PartialDate, ...]:  # noqa: ARG001 - as its kin
    return ()


_DATE_SLIPS: dict[str, Callable[[date, Draws], tuple[PartialDate, ...]]] = {
    "date_swapped": _date_swapped,
    "date_digit": _date_digit,
    "date_year": _date_year,
    "date_partial": _date_partial,
    "date_placeholder": _date_placeholder,
    "date_missing": _date_missing,
}
"""The mistakes in a date, by their names in `MistakeParameters`."""


def share_of(mistakes: MistakeParameters, mistake: str) -> float:
    """Return the share of bookings with a mistake, given by its name in the parameters."""
    return float(getattr(mistakes, f"{mistake}_share"))


_MOST = 0.9
"""The highest share of names with a mistake, however careless the booking."""

Slip = Callable[[PersonFacts, PersonName, Draws], PersonName]


def said_name(facts: PersonFacts, draws: Draws, how: Circumstances) -> PersonName:
    """Return the recorded name, with at most one mistake."""
    name = main_name(facts)
    if draws.uniform() < how.mistakes.middle_name_missing_share:
        name = replace(name, middle_names="")
    shares = [share_of(how.mistakes, mistake) for mistake in _NAME_SLIPS]
    most = _MOST / max(sum(shares), _MOST / 100.0)
    fate = draws.uniform() / min(how.factor, most)
    for share, slip in zip(shares, _NAME_SLIPS.values(), strict=True):
        if fate < share:
            return slip(facts, name, draws)
        fate -= share
    return name


def _nickname(facts: PersonFacts, name: PersonName, draws: Draws) -> PersonName:
    if facts.known_as:
        return replace(name, forename=facts.known_as)
    choices = tables.nicknames(name.forename)
    return replace(name, forename=draws.choice(choices)) if choices else name


def _variant(facts: PersonFacts, name: PersonName, draws: Draws) -> PersonName:
    family = tables.origins()[facts.origin].spelling
    forenames = tables.spellings(name.forename, family)
    surnames = tables.spellings(name.surname, family)
    is_surname = draws.uniform() < 0.5
    if surnames and (is_surname or not forenames):
        return replace(name, surname=draws.choice(surnames))
    return replace(name, forename=draws.choice(forenames)) if forenames else name


def _surname_typo(_: PersonFacts, name: PersonName, draws: Draws) -> PersonName:
    return replace(name, surname=typo(name.surname, draws))


def _forename_typo(_: PersonFacts, name: PersonName, draws: Draws) -> PersonName:
    return replace(name, forename=typo(name.forename, draws))


def _swapped(_: PersonFacts, name: PersonName, draws: Draws) -> PersonName:  # noqa: ARG001 - a Slip
    return replace(name, forename=name.surname, surname=name.forename)


def _changed(facts: PersonFacts, name: PersonName, draws: Draws) -> PersonName:
    if "-" in name.surname:
        return replace(name, surname=draws.choice(name.surname.split("-")))
    other = facts.maiden_surname or _any_surname(facts.origin, draws)
    if draws.uniform() < 0.5:
        return replace(name, surname=tables.hyphenated(name.surname, other))
    return replace(name, surname=other)


def _initial(_: PersonFacts, name: PersonName, draws: Draws) -> PersonName:  # noqa: ARG001 - a Slip
    return replace(name, forename=name.forename[:1])


def _nameless(_: PersonFacts, name: PersonName, draws: Draws) -> PersonName:  # noqa: ARG001 - a Slip
    return PersonName(surname=name.surname)


_NAME_SLIPS: dict[str, Slip] = {
    "nickname": _nickname,
    "variant": _variant,
    "surname_typo": _surname_typo,
    "forename_typo": _forename_typo,
    "order_swapped": _swapped,
    "surname_changed": _changed,
    "initial_only": _initial,
    "forename_missing": _nameless,
}
"""The mistakes in a name, by their names in `MistakeParameters`."""


def _any_surname(origin: int, draws: Draws) -> str:
    return tables.origin_tables()[origin].surnames.draw_one(draws.uniform())
