"""After an erasure and upkeep no file holds the person's bytes, in any stored form."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import numpy as np
import pytest

from indexing.manifests import Kind
from matching.scorer import Scorer
from service.settings import Settings
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased as have_erased
from tests.integration.provenance.disk import (
    files_of,
    payloads_of,
    rewrite_tables,
    server_files,
    settle_files,
    take_statistics,
)
from tests.integration.provenance.links import opened_world

pytestmark = pytest.mark.promise("erasure")

_NAME = "Surname1"


@pytest.mark.dear("verifies a whole store many times")
def test_an_erased_persons_bytes_are_in_no_file(settings: Settings, scorer: Scorer) -> None:
    with opened_world(settings, scorer) as world:
        person_id, _, _ = (world.enrol(person)["person_id"] for person in (1, 2, 3))
        index = world.services.gallery.index
        index.seal()
        _amend(world)
        in_index, plain = _index_bytes(world), _plain_forms(world)
        before = payloads_of(settings)
        rewrite_tables(settings)
        take_statistics(settings)
        held = _found(settings, [*in_index, *(body[-32:] for body in before.values())])
        have_erased(world, person_id)
        index.compact()
        after = payloads_of(settings)
    gone = [body for number, body in before.items() if number not in after]
    kept = [body for number, body in before.items() if number in after]
    settle_files(settings)
    rewrite_tables(settings)

    # The bytes were there before: index rows and ciphertexts, and no plain text.
    assert held == len(in_index) + len(before)
    assert len(gone) == 3 + 10, "templates, two versions of the record, ten of minutiae"
    assert _found(settings, in_index) == 0
    assert _found(settings, [piece for body in gone for piece in (body[-32:], body[:48])]) == 0
    assert _found(settings, plain) == 0
    assert _found(settings, [body[-32:] for body in kept]) == len(kept)


def _amend(world: World) -> None:
    """Make a second version of the first person's record; both hold the name."""
    (one,) = world.force().get("/v1/records").json()["records"][-1:]
    alias = {"kind": "name", "surname": _NAME}
    body = {
        "expected_version": 1,
        "changes": [{"change": "add", "item": alias}],
        "reason": "new information",
        "reason_text": _NAME,
        "source": "document",
        "source_reference": _NAME,
    }
    answer = world.force().post(f"/v1/records/{one['record_id']}/amendments", body)
    assert answer.status_code == 201, answer.text


def _index_bytes(world: World) -> list[bytes]:
    """Return the rows of the first person as the index stores them: whole numbers, rotated."""
    shelf = world.services.gallery.index.snapshot.shelves[Kind.TENPRINTS]
    rows: list[bytes] = []
    for source in shelf.sources:
        for place in np.flatnonzero(source.columns.person_rows == 1):
            rows += [finger.tobytes() for finger in source.columns.vectors[place]]
    assert len(rows) == 10
    return rows


def _plain_forms(world: World) -> list[bytes]:
    """Return the templates and the name of the first person in every plain form."""
    with world.services.units.read() as unit:
        held = unit.encounters.templates([1])  # type: ignore[list-item]
    fingers = [
        v.astype(kind).tobytes()
        for v in held.tenprints.captures.vectors[0]
        for kind in ("<f2", "<f4")
    ]
    names = [word.encode(code) for word in _spellings() for code in ("utf-8", "utf-16-le")]
    return [
        *(finger[:64] for finger in fingers),
        *(base64.b64encode(finger[:48]) for finger in fingers),
        *names,
        *(base64.b64encode(name[:6]) for name in names),
    ]


def _spellings() -> Iterator[str]:
    yield from (_NAME, _NAME.upper(), _NAME.lower(), _NAME[::-1])


def _found(settings: Settings, secrets: list[bytes]) -> int:
    """Return how many of these a file contains; PostgreSQL's write-ahead log is left out."""
    contents = [
        data
        for name, data in (*files_of(settings), *server_files(settings))
        if not _is_write_ahead(name)
    ]
    return sum(any(secret in data for data in contents) for secret in set(secrets))


def _is_write_ahead(name: str) -> bool:
    """Whether a file is a segment of PostgreSQL's write-ahead log: 24 hexadecimal digits.

    Its old pages hold ciphertexts until they are recycled; the keys are nowhere (test_erasure).
    """
    return len(name) == 24 and all(digit in "0123456789ABCDEF" for digit in name)
