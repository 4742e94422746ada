"""Builders of facts and circumstances with sensible values; override the subject of the test."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from data.synthetic.facts import Circumstances, PersonFacts
from data.synthetic.parameters import MistakeParameters
from domain.people.people import Address

NOTHING_WRONG = MistakeParameters(
    **dict.fromkeys(
        [name for name in MistakeParameters.__dataclass_fields__ if name.endswith("_share")], 0.0
    )
)
"""No mistake ever happens, and no identifier is ever known."""


def facts(**changes: Any) -> PersonFacts:
    """Return the facts of a plain person."""
    plain = PersonFacts(
        forename="William",
        middle_names="Alan",
        surname="Thompson",
        maiden_surname="",
        known_as="",
        is_male=True,
        origin=0,
        birth_day=726_000,
        place_of_birth="Leeds",
        nationality="GBR",
        address=Address("1 Mill Lane", "Leeds", "LS1 4AB"),
        former_address=None,
        pnc_id="2001/0000001Q",
        cro_number="065656/91H",
    )
    return replace(plain, **changes)


def circumstances(*, is_later: bool = False, **shares: float) -> Circumstances:
    """Return an average booking at which only the named mistakes happen."""
    return Circumstances(1.0, is_later, replace(NOTHING_WRONG, **shares))


def circumstances_with(share: str, value: float) -> Circumstances:
    """Return an average first booking at which only this mistake happens, with this share."""
    return Circumstances(1.0, False, replace(NOTHING_WRONG, **{share: value}))
