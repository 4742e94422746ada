"""Partially parsed details weigh the same as fully parsed ones in a search that needs no more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.people.people import Details, PersonName
from matching.demographics import compare_details
from matching.prepared import EVERYTHING, Wanted, forms_of, prepare, wanted_by
from tests.unit.matching.builders import (
    disturbed,
    make_details,
    named,
    random_details,
    starting_model,
)

MODEL = starting_model()
LEFT_OUT = ("names", "addresses", "pnc_ids", "cro_numbers", "dates_of_birth")


@pytest.mark.parametrize("seed", range(20))
def test_what_is_not_wanted_changes_no_result(seed: int) -> None:
    rng = np.random.default_rng(seed)
    people = [random_details(rng) for _ in range(60)]
    people = [_with_alias(one, people[(n * 7) % 60]) for n, one in enumerate(people)]
    said = _with_gaps(disturbed(people[0], rng), rng)
    wanted = wanted_by(forms_of(said))

    own = prepare(said, MODEL.frequencies)
    whole = compare_details(MODEL, own, [prepare(one, MODEL.frequencies) for one in people])
    part = compare_details(MODEL, own, [prepare(one, MODEL.frequencies, wanted) for one in people])

    for found, expected in zip(part, whole, strict=True):
        assert found.codes.tobytes() == expected.codes.tobytes()
        assert found.bits.tobytes() == expected.bits.tobytes()
        assert found.pairs.tobytes() == expected.pairs.tobytes()
        assert found.rarities.tobytes() == expected.rarities.tobytes()


def test_only_what_was_said_is_wanted() -> None:
    said = make_details(addresses=(), pnc_ids=("02/73319Z",))

    wanted = wanted_by(forms_of(said))

    assert wanted == Wanted(middles=False, postcodes=False, pnc_ids=True, cro_numbers=False)
    assert wanted_by(forms_of(named("John", "Smith", "Lee"))).middles


def test_names_that_differ_in_middle_names_alone_count_as_two_whatever_is_wanted() -> None:
    held = named("John", "Smith", "Lee", PersonName("John", "Smith", "Ray"))
    nothing = Wanted(middles=False, postcodes=False, pnc_ids=False, cro_numbers=False)

    assert len(forms_of(held, nothing).names) == len(forms_of(held, EVERYTHING).names) == 2


def _with_alias(details: Details, other: Details) -> Details:
    return replace(
        details,
        names=(*details.names, *other.names[:1]),
        addresses=(*details.addresses, *other.addresses),
        pnc_ids=(*details.pnc_ids, *other.pnc_ids),
    )


def _with_gaps(said: Details, rng: np.random.Generator) -> Details:
    names = tuple(replace(name, middle_names="") for name in said.names)
    said = replace(said, names=names) if rng.random() < 0.5 else said
    return replace(said, **{field: () for field in LEFT_OUT if rng.random() < 0.4})
