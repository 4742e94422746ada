"""Details weigh the same however they were prepared: whole, in part, or kept with a record."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest

from benchmarks.evidence import print_comparisons
from data.synthetic.population import Population
from domain.people.people import Details, PersonName
from domain.searches.searches import Probe
from matching.demographics import compare_details
from matching.forms import key_of
from matching.frequencies import TABLES
from matching.model_files import read_model
from matching.prepared import (
    EVERYTHING,
    KEPT_VERSION,
    Wanted,
    forms_of,
    kept_text,
    prepare,
    read_kept,
    read_words,
    wanted_by,
)
from matching.scorer import MODELS, Scorer
from service.cli.training.trials import held_details
from tests.unit.matching.builders import (
    disturbed,
    make_details,
    named,
    random_details,
    starting_model,
)

MODEL = starting_model()
FREQUENCIES = read_model(MODELS).demographic.frequencies
LEFT_OUT = ("names", "addresses", "pnc_ids", "cro_numbers", "dates_of_birth")


@pytest.mark.parametrize("seed", range(20))
def test_what_is_not_wanted_changes_no_result(seed: int) -> None:
    rng = np.random.default_rng(seed)
    people = [random_details(rng) for _ in range(60)]
    people = [_with_alias(one, people[(n * 7) % 60]) for n, one in enumerate(people)]
    said = _with_gaps(disturbed(people[0], rng), rng)
    wanted = wanted_by(forms_of(said))

    own = prepare(said)
    whole = compare_details(MODEL, own, [prepare(one) for one in people])
    part = compare_details(MODEL, own, [prepare(one, wanted) for one in people])

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


def _everybody(seed: int, people: int) -> list[Details]:
    """Return details of generated people, and some with several values, gaps and odd texts."""
    rng = np.random.default_rng(seed)
    found = held_details(Population(seed), 0, people)
    several = [_with_alias(one, found[(n * 7 + 1) % people]) for n, one in enumerate(found)]
    return [*found, *(_with_gaps(one, rng) for one in several), *_ODD]


_ODD = (
    Details(),
    Details(names=(PersonName("", ""),)),
    Details(names=(PersonName("Dr", ""), PersonName("", "van der Berg|1|AA=="))),
    Details(names=(PersonName("Zoë \u202e Ann", "O'Brien-\u00c9tien", "de la | Cruz"),)),
    Details(names=(PersonName("李", "小明"), PersonName("FNU", "LNU"), PersonName("J", "X"))),
    Details(place_of_birth='Kraków "|" \\', pnc_ids=("nonsense", "02/73319Z")),
)


@pytest.mark.parametrize("seed", [61, 62])
def test_kept_details_are_those_that_were_prepared(seed: int) -> None:
    for one in _everybody(seed, 300):
        kept, prepared = read_kept(kept_text(one)), prepare(one)
        assert kept == prepared
        words = list(map(read_words, kept.written))
        assert words == [name.words for name in forms_of(one).names if name.words]


def test_evidence_from_kept_details_has_the_same_bits_as_from_raw_ones(scorer: Scorer) -> None:
    held = _everybody(63, 200)
    kept = [read_kept(kept_text(one)) for one in held]
    impressions, compared = print_comparisons(len(held))
    for stated in [booking.said for booking in Population(63).later_bookings(0, 40)]:
        for score in (
            lambda some, said=stated: scorer.score_details(said, some, gallery_size=90_000),
            lambda some, said=stated: scorer.score_prints(
                Probe(impressions, said), compared, some, gallery_size=90_000
            ),
        ):
            expected, found = score(held), score(kept)
            assert found.total_bits.tobytes() == expected.total_bits.tobytes()
            places = expected.ranking()
            assert tuple(found.select(places)) == tuple(expected.select(places))


@pytest.mark.parametrize("table", TABLES)
def test_a_frequency_by_key_is_the_one_by_term(table: str) -> None:
    known = FREQUENCIES.tables[table]
    terms = [*known, *FREQUENCIES.initials[table], "", "Q", "NOBODYHASTHIS", "9"]
    keys = np.array([key_of(term) for term in terms])

    found = FREQUENCIES.of_keys(table, keys)

    assert found.tolist() == [FREQUENCIES.of(table, term) for term in terms]


def test_kept_details_of_another_version_are_left_and_damaged_ones_are_refused() -> None:
    text = kept_text(make_details())

    assert read_kept(text.replace(KEPT_VERSION, "0", 1)) is None
    for damaged in ("", KEPT_VERSION, text[:200], text.rpartition("|")[0]):
        with pytest.raises(ValueError, match=r"unpack|damaged|padding"):
            read_kept(damaged)


def test_a_change_of_prepared_details_has_another_version() -> None:
    digest = sha256("\n".join(map(kept_text, _everybody(64, 400))).encode()).hexdigest()

    assert {KEPT_VERSION: digest[:16]} == {"1": "8bc8e28612503f7d"}, (
        "Details are prepared in another way: raise KEPT_VERSION, and state the digest here."
    )
