"""Invariants of a store after every kill."""

from __future__ import annotations

import numpy as np

from domain.events.people import Erased, ErasureConfirmed
from domain.ids import PersonId, PersonRow
from indexing.codes.filters import EVERYTHING
from matching.scorer import Scorer
from service.bootstrap.keys import open_log_signer
from service.bootstrap.runtime import Runtime
from service.cli.index import verified
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.canonical import read_event
from service.settings import Settings
from service.usecases.log.verification import verify_store
from tests.integration.kills.people import probe
from tests.integration.kills.work import CHUNK, Site

_LOOKED_FOR = 8
"""Number of enrolled, and of erased, persons searched for after each kill."""


def check(settings: Settings, scorer: Scorer, rng: np.random.Generator) -> None:
    """Restart and demand all acknowledged changes; raises AssertionError."""
    site = Site(settings, scorer, rng)
    runtime = site.open()
    try:
        verified(runtime)
        _check_people(site, runtime)
        _check_chunks(runtime)
        keys = TrustedKeys(open_log_signer(settings).verifier)
        report = verify_store(runtime.services, keys)
        assert not report.log.findings, report.log.findings
    finally:
        runtime.close()


def _check_people(site: Site, runtime: Runtime) -> None:
    enrolled, erased = site.journal.people("enrolled"), site.journal.people("erased")
    held = sorted(enrolled.keys() - erased.keys())
    with runtime.services.units.read() as unit:
        lost = [each for each in held if unit.people.person_row(PersonId(each)) is None]
        back = [each for each in erased if unit.people.person_row(PersonId(each)) is not None]
    # A confirmed erasure hides the person at once and cannot be called back here; one that was
    # interrupted after that, carried out or not yet, was not acknowledged.
    begun = set(held) & _gone(runtime)
    assert set(lost) <= begun, "an acknowledged enrolment was lost"
    assert begun <= set(lost), "somebody whose erasure is confirmed was not hidden"
    assert not back, "an acknowledged erasure was undone"
    sought = sorted(set(held) - begun)
    for person_id in site.rng.permutation(sought)[:_LOOKED_FOR].tolist():
        assert person_id in _found(runtime, enrolled[person_id]), "somebody enrolled was not found"
    for person_id in site.rng.permutation(sorted(erased))[:_LOOKED_FOR].tolist():
        assert person_id not in _found(runtime, erased[person_id]), "somebody erased was found"
    for person_id in sorted(begun):
        assert person_id not in _found(runtime, enrolled[person_id]), "somebody hidden was found"


def _gone(runtime: Runtime) -> set[str]:
    """Return the persons whose erasure is confirmed or carried out according to the log."""
    ends = (ErasureConfirmed.event_type, Erased.event_type)
    with runtime.services.units.read() as unit:
        return {
            ref
            for entry in unit.events.every()
            if entry.event_type in ends
            for ref in read_event(entry.body).subject_refs
        }


def _found(runtime: Runtime, number: int) -> set[str]:
    """Return the first person proposed by a search with a new capture."""
    hits = runtime.services.gallery.index.search_tenprint(probe(number), k=5, where=EVERYTHING)
    close = hits.person_rows[hits.similarities > 1.0]
    with runtime.services.units.read() as unit:
        return set(unit.people.person_ids([PersonRow(int(row)) for row in close]).values())


def _check_chunks(runtime: Runtime) -> None:
    """Assert that each chunk is stored entirely or not at all, and never twice."""
    for number in runtime.database.bulk_writer().done_chunks("source"):
        people = [PersonId(f"person-{n}") for n in range(number * CHUNK, (number + 1) * CHUNK)]
        with runtime.services.units.read() as unit:
            known = sum(unit.people.person_row(each) is not None for each in people)
        gone = len(_gone(runtime) & set(people))
        assert known + gone == CHUNK, "a chunk was loaded in part"
