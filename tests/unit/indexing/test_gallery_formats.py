"""Galleries of one template format each: the second works like the first, and neither mixes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from domain.errors import InvalidInputError, InvalidTemplateError, UnknownTemplateFormatError
from domain.prints.templates import CodeShape, TemplateFormat
from indexing.codes.filters import EVERYTHING
from indexing.gallery_index import GalleryIndex
from indexing.manifests import Kind, emptied
from tests.exact_search import exact_mark_file_hits, exact_mark_hits, exact_tenprint_hits
from tests.formats import FORMAT, SECOND_FORMAT
from tests.unit.indexing.building import KEY, SMALL, filled, opened, people

RNG = np.random.default_rng(18)
PEOPLE = people(RNG, 40)
BATCH = PEOPLE.batch(RNG, np.arange(40))


def test_an_index_of_another_format_is_not_opened(tmp_path: Path) -> None:
    filled(tmp_path, BATCH).close()
    template = replace(FORMAT.template, version=2)
    foreign = replace(FORMAT.index, template=template)
    with pytest.raises(UnknownTemplateFormatError) as refusal:
        GalleryIndex.open(tmp_path, template_format=foreign, key=KEY, threads=1)
    assert FORMAT.label in str(refusal.value)
    assert template.label in str(refusal.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"template": TemplateFormat("odd", 1, 191)},
        {"template": TemplateFormat("large", 1, 258)},
        {"template": TemplateFormat("none", 1, 0)},
        {"mark_codes": CodeShape(parts=100, part_dimension=2)},
        {"tenprint_codes": CodeShape(parts=15, part_dimension=4)},
    ],
)
def test_a_format_that_does_not_fit_the_index_is_refused(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInputError):
        GalleryIndex.open(
            tmp_path, template_format=replace(FORMAT.index, **changes), key=None, threads=1
        )


def test_templates_of_another_dimension_are_refused(tmp_path: Path) -> None:
    index = opened(tmp_path)
    short = people(RNG, 1, dimension=64)
    for refused in (
        lambda: index.add(short.batch(RNG, np.array([0])), cursor=1),
        lambda: index.add(short.marks(RNG, np.array([0]), first_row=0), cursor=1),
        lambda: index.search_tenprint(short.tenprint(RNG, 0), k=1),
        lambda: index.search_mark(short.mark(RNG, 0), k=1),
        lambda: index.search_mark_file(short.mark(RNG, 0), k=1),
    ):
        with pytest.raises(InvalidTemplateError):
            refused()
    assert (len(index), index.cursor) == (0, 0)


def test_a_gallery_of_another_format_finds_what_brute_force_finds(tmp_path: Path) -> None:
    rng = np.random.default_rng(64)
    crowd = people(rng, 600, dimension=64)
    batch, marks = crowd.batch(rng, np.arange(600)), crowd.marks(rng, np.arange(60), first_row=900)
    index = GalleryIndex.open(
        emptied(tmp_path), template_format=SECOND_FORMAT.index, key=KEY, threads=1, limits=SMALL
    )
    for step, start in enumerate(range(0, 600, 70), 1):
        index.add(batch.take(slice(start, start + 70)), cursor=step)
    index.add(marks, cursor=20)
    index.compact()
    assert any(s.source.scans for s in index.snapshot.shelves[Kind.TENPRINTS].segments)
    for person in range(0, 60, 6):
        tenprint, mark = crowd.tenprint(rng, person), crowd.mark(rng, person)
        for found, exact in (
            (
                index.search_tenprint(tenprint, k=5, where=EVERYTHING),
                exact_tenprint_hits(batch, tenprint, k=5, where=EVERYTHING),
            ),
            (
                index.search_mark(mark, k=5, where=EVERYTHING),
                exact_mark_hits(batch, mark, k=5, where=EVERYTHING),
            ),
            (
                index.search_mark_file(mark, k=5),
                exact_mark_file_hits(marks, mark, k=5, where=EVERYTHING),
            ),
        ):
            assert found.similarities == pytest.approx(exact.similarities, abs=0.01)
            if exact.similarities[0] - exact.similarities[1] > 0.02:
                assert found.person_rows[0] == exact.person_rows[0]
        assert index.search_tenprint(tenprint, k=1, where=EVERYTHING).person_rows == [person]
    index.close()
    again = GalleryIndex.open(
        tmp_path, template_format=SECOND_FORMAT.index, key=KEY, threads=1, limits=SMALL
    )
    assert again.digest == index.digest
    assert again.verify().encounters == 600
    again.close()
