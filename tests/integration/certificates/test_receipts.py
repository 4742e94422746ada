"""The receipt on a certificate tells nothing of the person: not whether, not which, not how much.

Certificates of people with convictions, of people with a record and none, of erased and of unknown
people are compared by all that their receipts say besides the state of the log.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from service.provenance.log.proofs import Receipt, parse_receipt
from service.usecases.certificates import issuing
from service.usecases.certificates.issuing import Release
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased
from tests.integration.certificates.applying import (
    document_of,
    enrolled,
    issued,
    read,
    released,
)
from tests.integration.certificates.test_certificates import LIVE, OLD
from tests.integration.requests.working import add_convictions

KINDS = ("known", "stepped down", "erased", "unknown")
ID = re.compile(r"[0-9a-f]{32,64}")


def _person(world: World, kind: str, person: int) -> None:
    """Put a person of this kind on record, or not."""
    if kind == "unknown":
        return
    person_id, record_id = enrolled(world, person)
    if kind == "erased":
        erased(world, person_id)
    else:
        add_convictions(world, record_id, LIVE if kind == "known" else OLD)


@pytest.fixture
def releases(monkeypatch: pytest.MonkeyPatch) -> list[Release]:
    """Return what certificates prove; their documents, which take seconds, are not drawn."""
    found: list[Release] = []

    def document(
        _desk: object, _made: object, _drawn: object, release: Release, _: object
    ) -> bytes:
        found.append(release)
        return b"document"

    monkeypatch.setattr(issuing, "_document", document)
    return found


def _certified(world: World, people: int) -> Iterator[str]:
    """Issue two certificates of each person, in turns of kinds; yield the kinds."""
    for number in range(people):
        for place, kind in enumerate(KINDS):
            person = 1 + len(KINDS) * number + place
            _person(world, kind, person)
            for _ in range(2):
                issued(released(world, person))
                yield kind


def _body(receipt: Receipt) -> dict[str, Any]:
    return dict(json.loads(receipt.body))


def _shape(body: dict[str, Any]) -> str:
    """Return the body without what differs between any two events of one officer."""
    return ID.sub("id", _text(body))


def _text(body: dict[str, Any]) -> str:
    """Return the body without the state of the log: when, and after how many events."""
    return json.dumps(body | {"at": "", "seq": 0}, sort_keys=True)


def _features(body: dict[str, Any]) -> list[float]:
    """Return what a reader can count in a receipt."""
    text = _text(body)
    return [
        *(len(text), len(body["subject_refs"]), len(body["facts"]), len(body["payloads"])),
        *(len(ID.findall(text)), len(body["purpose"]), len(body["type"])),
    ]


def _guessed(rows: np.ndarray, kinds: list[str]) -> float:
    """Return how often the nearest other receipts tell the kind: each by all the others."""
    right = 0.0
    for at, row in enumerate(rows):
        distances = np.abs(rows - row).sum(axis=1).astype(float)
        distances[at] = np.inf
        nearest = np.flatnonzero(distances == distances.min())
        votes = Counter(kinds[one] for one in nearest)
        right += votes[kinds[at]] / votes.total()
    return right / len(kinds)


@pytest.mark.dear("works applications to their certificates")
@pytest.mark.parametrize("people", [1, pytest.param(25, marks=pytest.mark.slow)], ids=["8", "200"])
def test_receipts_tell_nothing_of_the_person(
    sqlite_world: World, releases: list[Release], people: int
) -> None:
    kinds = list(_certified(sqlite_world, people))
    bodies = [_body(release.receipt) for release in releases]

    shapes = {_shape(body) for body in bodies}
    share = _guessed(np.array([_features(body) for body in bodies]), kinds)

    assert len(bodies) == len(kinds) == 8 * people
    assert len(shapes) == 1
    # Without itself, a receipt finds a little fewer of its own kind than of each other kind.
    assert share <= 1 / len(KINDS)
    # What could join two certificates: the ids of each, of which no other certificate has one.
    own = [{*ID.findall(json.dumps(one | {"actor": ""}))} for one in bodies]
    assert all(len(one) == 3 for one in own)
    assert all(a.isdisjoint(b) for a, b in combinations(own, 2))


@pytest.mark.dear("issues a certificate with its document")
def test_an_auditor_opens_what_a_receipt_says(sqlite_world: World) -> None:
    """The log leads from the receipt to the release and to the person; the receipt does not."""
    _person(sqlite_world, "known", 1)
    request = released(sqlite_world)
    credential = read(sqlite_world, document_of(request, issued(request))).credential
    assert credential is not None
    (evidence,) = credential["evidence"]
    body = _body(parse_receipt(evidence["receipt"].encode()))

    with sqlite_world.services.units.read() as unit:
        stated = unit.events.about(evidence["release"])
    sent = next(one for one in stated if one.event_type == "information-sent")

    assert body["subject_refs"] == [evidence["release"]]
    assert body["facts"] == {"event_sha256": hashlib.sha256(sent.body).hexdigest()}
    assert len(json.loads(sent.body)["subject_refs"]) == 3
