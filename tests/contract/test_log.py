"""The contract of the log: numbers without gaps, in the order of commits, in a Merkle tree."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.errors import InvalidInputError, NotFoundError
from domain.events.searches import Searched
from domain.ids import CaseId
from service.provenance.canonical import read_event
from service.provenance.log.merkle import EMPTY as EMPTY_LOG
from service.provenance.log.merkle import EMPTY_ROOT, append_many, frontier_nodes, leaf_hash
from service.provenance.log.proofs import inclusion_proof, verify_inclusion
from service.storage.database import UnitsOfWork
from tests.contract.builders import NOON, event


def test_an_empty_log_has_the_empty_root(units_of_work: UnitsOfWork) -> None:
    with units_of_work.read() as unit:
        assert unit.events.size() == 0
        assert unit.events.root() == EMPTY_ROOT
        assert unit.events.entries(start=0, limit=10) == ()
        assert list(unit.events.every()) == []


def test_events_are_numbered_from_zero_in_the_order_they_were_queued(
    units_of_work: UnitsOfWork,
) -> None:
    for ids in (("a", "b"), ("c",)):
        with units_of_work.write() as unit:
            for event_id in ids:
                unit.events.append(event(event_id))
            unit.commit()

    with units_of_work.read() as unit:
        entries = unit.events.entries(start=0, limit=10)

    assert [(e.seq, e.event_id) for e in entries] == [(0, "a"), (1, "b"), (2, "c")]


def test_a_queued_event_is_not_in_the_log_before_the_commit(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.events.append(event())
        before = unit.events.size()
        unit.commit()
        after = unit.events.size()

    assert (before, after) == (0, 1)


def test_leaving_without_commit_leaves_no_number_behind(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.events.append(event("lost"))
    with units_of_work.write() as unit:
        unit.events.append(event("kept"))
        unit.commit()

    with units_of_work.read() as unit:
        assert [(e.seq, e.event_id) for e in unit.events.every()] == [(0, "kept")]


def test_the_body_says_what_the_event_said(units_of_work: UnitsOfWork) -> None:
    said = event(
        event_type=Searched.event_type,
        case_id=CaseId("case-1"),
        subject_refs=("search-1", "person-1"),
        facts=(("candidates", 3),),
    )
    with units_of_work.write() as unit:
        unit.events.append(said)
        unit.commit()

    with units_of_work.read() as unit:
        entry = unit.events.entries(start=0, limit=1)[0]
    body = read_event(entry.body)

    assert (entry.event_type, entry.at) == (Searched.event_type, NOON)
    assert (body.seq, body.case_id, body.actor) == (0, "case-1", "officer-1")
    assert body.subject_refs == ("search-1", "person-1")
    assert dict(body.facts)["candidates"] == 3


def test_events_are_found_by_what_they_are_about(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        unit.events.append(event("a", subject_refs=("person-1", "record-1", "person-1")))
        unit.events.append(event("b", subject_refs=("person-2",)))
        unit.events.append(event("c", subject_refs=("person-1",)))
        unit.commit()

    with units_of_work.read() as unit:
        assert [e.event_id for e in unit.events.about("person-1")] == ["a", "c"]
        assert unit.events.about("nobody") == ()


def test_pages_begin_where_they_are_asked_to(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        for i in range(5):
            unit.events.append(event(f"event-{i}"))
        unit.commit()

    with units_of_work.read() as unit:
        page = unit.events.entries(start=2, limit=2)

    assert [e.seq for e in page] == [2, 3]


def test_every_event_comes_once_over_many_pages(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        for i in range(1_001):
            unit.events.append(event(f"event-{i}"))
        unit.commit()

    with units_of_work.read() as unit:
        assert [e.seq for e in unit.events.every()] == list(range(1_001))


def test_the_tree_is_that_of_the_bodies_whatever_the_commits(units_of_work: UnitsOfWork) -> None:
    for size in (1, 2, 5, 3):
        with units_of_work.write() as unit:
            for i in range(size):
                unit.events.append(event(f"event-{size}-{i}"))
            unit.commit()

    with units_of_work.read() as unit:
        bodies = [e.body for e in unit.events.every()]
        expected, nodes = append_many(EMPTY_LOG, [leaf_hash(body) for body in bodies])
        assert unit.events.root() == expected.root
        frontier = unit.events.nodes(frontier_nodes(11))
        assert tuple(frontier[place] for place in frontier_nodes(11)) == expected.digests
        stored = unit.events.nodes([(n.level, n.index) for n in nodes])
        assert all(stored[n.level, n.index] == n.digest for n in nodes)


def test_an_event_is_proved_from_the_stored_nodes(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        for i in range(7):
            unit.events.append(event(f"event-{i}"))
        unit.commit()

    with units_of_work.read() as unit:
        leaf = leaf_hash(unit.events.entries(start=4, limit=1)[0].body)
        proof = inclusion_proof(4, 7, lambda *place: unit.events.nodes([place])[place])
        root = unit.events.root()

    verify_inclusion(leaf, 4, size=7, proof=proof, root=root)


def test_an_unknown_node_is_not_found(units_of_work: UnitsOfWork) -> None:
    with units_of_work.read() as unit, pytest.raises(NotFoundError):
        unit.events.nodes([(0, 0)])


def test_time_never_runs_backwards_in_the_log(units_of_work: UnitsOfWork) -> None:
    for event_id, minutes in (("a", 5), ("b", 3), ("c", 9)):
        with units_of_work.write() as unit:
            unit.events.append(event(event_id, at=NOON + timedelta(minutes=minutes)))
            unit.commit()

    with units_of_work.read() as unit:
        entries = unit.events.entries(start=0, limit=10)

    assert [(e.at - NOON) // timedelta(minutes=1) for e in entries] == [5, 5, 9]
    assert [read_event(e.body).at for e in entries] == [e.at for e in entries]


def test_an_event_without_a_lawful_body_stops_the_whole_commit(
    units_of_work: UnitsOfWork,
) -> None:
    with units_of_work.write() as unit:
        unit.events.append(event("good"))
        unit.events.append(event("bad", subject_refs=("a name with spaces",)))
        with pytest.raises(InvalidInputError):
            unit.commit()

    with units_of_work.read() as unit:
        assert unit.events.size() == 0
