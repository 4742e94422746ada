"""Tables of names: heads, tails, drawing."""

from __future__ import annotations

import numpy as np
import pytest

from data.synthetic.names.tables import (
    NameTable,
    names_digest,
    origin_cumulative,
    origin_tables,
    origins,
    rare_surnames,
    weighted_names,
    written,
)


def test_origins_sum_to_one_and_have_their_parts() -> None:
    assert sum(origin.share for origin in origins()) == pytest.approx(1.0)
    assert origin_cumulative()[-1] == pytest.approx(1.0)
    assert {origin.tail for origin in origins()} == set(written("tails"))
    assert all(len(origin.country) == 3 for origin in origins())


@pytest.mark.parametrize("index", range(len(origins())))
def test_every_origin_has_full_tables_in_latin_script(index: int) -> None:
    tables = origin_tables()[index]

    for table in (tables.male, tables.female, tables.surnames):
        assert len(table.names) >= 100
        assert len(set(table.names)) == len(table.names)
        assert (np.diff(table.cumulative) > 0).all()
        assert table.cumulative[-1] == pytest.approx(1.0)
        # Latin letters and combining marks. Faker has a stray epsilon and a curly apostrophe: one
        # such name is welcome, as records have them too; a list in another script is not.
        assert sum(max(map(ord, name)) >= 0x370 for name in table.names) <= 1


def test_names_are_drawn_by_their_share() -> None:
    table = NameTable(np.array(["A", "B", "C"], dtype=object), np.array([0.5, 0.9, 1.0]))

    drawn = table.draw(np.array([0.0, 0.49, 0.5, 0.89, 0.9, 0.999999]))

    assert drawn.tolist() == ["A", "A", "B", "B", "C", "C"]
    assert table.draw_one(0.95) == "C"
    assert table.draw_one(1.0) == "C"


def test_rare_surnames_are_many_distinct_and_likely() -> None:
    british = rare_surnames("british")

    assert len(british) == len(set(british)) > 20_000
    assert all(4 <= len(name) <= 20 and name[0].isupper() for name in british)


def test_commonest_british_surname_is_the_one_everybody_expects() -> None:
    table = origin_tables()[0].surnames
    shares = np.diff(np.concatenate(([0.0], table.cumulative)))

    assert table.names[int(shares.argmax())] == "Smith"
    assert 0.01 < shares.max() < 0.04


def test_lists_of_ours_fall_in_weight_and_faker_lists_keep_theirs() -> None:
    own = weighted_names("own:muslim_surnames")
    weighted = dict(weighted_names("en_GB:last_names"))

    assert [weight for _, weight in own] == sorted((w for _, w in own), reverse=True)
    assert weighted["Smith"] > weighted["Savage"]
    assert all(len(text.split()) > 15 for text in written("lists").values())


def test_digest_of_the_tables_is_stable_within_a_release() -> None:
    assert names_digest() == names_digest()
    assert len(names_digest()) == 64
