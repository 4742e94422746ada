"""The name recorded at a booking: the true one, a nickname, another spelling, or a slip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from data.synthetic.circumstances import Circumstances
from data.synthetic.counters import Draws
from data.synthetic.facts import PersonFacts, main_name
from data.synthetic.names.origins import ORIGINS
from data.synthetic.names.tables import origin_tables
from data.synthetic.names.variants import hyphenated, nicknames, spellings
from data.synthetic.parameters import MistakeParameters
from data.synthetic.typos import typo
from domain.people import PersonName

_MOST = 0.9
"""Highest share of names with a slip, however careless the booking."""

Slip = Callable[[PersonFacts, PersonName, Draws], PersonName]


def said_name(facts: PersonFacts, draws: Draws, how: Circumstances) -> PersonName:
    """Return the recorded name, with at most one slip."""
    name = main_name(facts)
    if draws.uniform() < how.mistakes.middle_name_missing_share:
        name = replace(name, middle_names="")
    shares = _name_shares(how.mistakes)
    most = _MOST / max(sum(shares), _MOST / 100.0)
    fate = draws.uniform() / min(how.factor, most)
    for share, slip in zip(shares, _NAME_SLIPS, strict=True):
        if fate < share:
            return slip(facts, name, draws)
        fate -= share
    return name


def _name_shares(mistakes: MistakeParameters) -> tuple[float, ...]:
    """Return the shares in the order of `_NAME_SLIPS`."""
    return (
        mistakes.nickname_share,
        mistakes.variant_share,
        mistakes.surname_typo_share,
        mistakes.forename_typo_share,
        mistakes.order_swapped_share,
        mistakes.surname_changed_share,
        mistakes.initial_only_share,
        mistakes.forename_missing_share,
    )


def _nickname(facts: PersonFacts, name: PersonName, draws: Draws) -> PersonName:
    if facts.known_as:
        return replace(name, forename=facts.known_as)
    choices = nicknames(name.forename)
    return replace(name, forename=draws.choice(choices)) if choices else name


def _variant(facts: PersonFacts, name: PersonName, draws: Draws) -> PersonName:
    family = ORIGINS[facts.origin].spelling
    forenames = spellings(name.forename, family)
    surnames = spellings(name.surname, family)
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
        return replace(name, surname=hyphenated(name.surname, other))
    return replace(name, surname=other)


def _initial(_: PersonFacts, name: PersonName, draws: Draws) -> PersonName:  # noqa: ARG001 - a Slip
    return replace(name, forename=name.forename[:1])


def _nameless(_: PersonFacts, name: PersonName, draws: Draws) -> PersonName:  # noqa: ARG001 - a Slip
    return PersonName(surname=name.surname)


_NAME_SLIPS: tuple[Slip, ...] = (
    _nickname,
    _variant,
    _surname_typo,
    _forename_typo,
    _swapped,
    _changed,
    _initial,
    _nameless,
)


def _any_surname(origin: int, draws: Draws) -> str:
    return origin_tables()[origin].surnames.draw_one(draws.uniform())
