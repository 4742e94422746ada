from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.events.catalogue import NewEvent
from domain.events.examination import ExemplarShown
from service.provenance.bundle.findings import FindingCode
from service.provenance.bundle.log_check import CheckedLog, check_log
from service.provenance.canonical import encode_event
from tests.unit.service.provenance.builders import START, SmallLog, a_caller, an_event
from tests.unit.service.provenance.stories import (
    COSIGNED_AT,
    STORY_ROWS,
    a_log,
    a_story,
    signed_at,
)

STORY = a_log(a_story())
SIGNED = signed_at(STORY, 2, 6)


def codes(checked: CheckedLog) -> set[FindingCode]:
    return {finding.code for finding in checked.findings}


def checked_after(change: Callable[[list[bytes]], list[bytes]]) -> CheckedLog:
    return check_log(change(list(STORY.bodies)), SIGNED, STORY_ROWS)


def test_a_whole_log_is_sound() -> None:
    checked = check_log(iter(STORY.bodies), SIGNED, STORY_ROWS)

    assert checked.is_sound
    assert (checked.size, checked.root) == (6, STORY.root(6))
    assert (checked.decisions, checked.links) == (2, 1)


def test_an_empty_log_with_its_checkpoint_is_sound() -> None:
    assert check_log([], signed_at(SmallLog(), 0)).is_sound


def test_the_order_of_checkpoints_does_not_matter() -> None:
    assert check_log(STORY.bodies, [*reversed(SIGNED), SIGNED[0]], STORY_ROWS).is_sound


@pytest.mark.parametrize("seq", range(6))
def test_every_flipped_byte_of_every_event_is_found(seq: int) -> None:
    for position in range(len(STORY.bodies[seq])):
        changed = bytearray(STORY.bodies[seq])
        changed[position] ^= 1
        bodies = [*STORY.bodies[:seq], bytes(changed), *STORY.bodies[seq + 1 :]]

        checked = check_log(bodies, SIGNED, STORY_ROWS)

        assert FindingCode.ROOT_DIFFERS in codes(checked)


def test_the_change_is_placed_between_two_checkpoints() -> None:
    changed = STORY.bodies[3].replace(b'"ben"', b'"joe"')

    checked = checked_after(lambda bodies: [*bodies[:3], changed, *bodies[4:]])

    (found,) = [each for each in checked.findings if each.code is FindingCode.ROOT_DIFFERS]
    assert found.seq == 2
    assert "from 2 up to the checkpoint at 6" in found.detail


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda bodies: bodies[:-1], {FindingCode.LOG_SHORTENED}),
        (lambda bodies: [], {FindingCode.LOG_SHORTENED}),
        (lambda bodies: [*bodies[:3], *bodies[4:]], {FindingCode.GAP, FindingCode.LOG_SHORTENED}),
        (lambda bodies: bodies[1:], {FindingCode.GAP, FindingCode.ROOT_DIFFERS}),
        (
            lambda bodies: [bodies[1], bodies[0], *bodies[2:]],
            {FindingCode.GAP, FindingCode.TIME_BACKWARDS, FindingCode.ROOT_DIFFERS},
        ),
        (
            lambda bodies: [*bodies, bodies[-1]],
            {FindingCode.GAP, FindingCode.EVENT_REPEATED, FindingCode.UNSIGNED_TAIL},
        ),
        (
            lambda bodies: [*bodies, encode_event(an_event(9), 6).body],
            {FindingCode.UNSIGNED_TAIL},
        ),
        (
            lambda bodies: [*bodies[:5], b"{}"],
            {FindingCode.EVENT_DAMAGED, FindingCode.ROOT_DIFFERS},
        ),
    ],
)
def test_deleting_reordering_and_adding_are_found(
    change: Callable[[list[bytes]], list[bytes]], expected: set[FindingCode]
) -> None:
    assert expected <= codes(checked_after(change))


def test_a_swapped_actor_is_found() -> None:
    story = a_story()
    story[3] = an_event(
        3,
        event_type=story[3].event_type,
        caller=a_caller("joe"),
        subject_refs=story[3].subject_refs,
        facts=story[3].facts,
    )

    checked = check_log(a_log(story).bodies, SIGNED, STORY_ROWS)

    assert {FindingCode.ROOT_DIFFERS, FindingCode.ROW_WITHOUT_EVENT} <= codes(checked)


def test_a_rewritten_log_does_not_agree_with_a_checkpoint_kept_elsewhere() -> None:
    rewritten = a_log([an_event(20), *a_story()[1:]])

    checked = check_log(rewritten.bodies, [*signed_at(rewritten, 6), SIGNED[0]])

    assert FindingCode.ROOT_DIFFERS in codes(checked)


def test_two_signed_histories_of_one_size_are_a_fork() -> None:
    fork = a_log([*a_story()[:5], an_event(50)])

    checked = check_log(STORY.bodies, [*SIGNED, *signed_at(fork, 6)], STORY_ROWS)

    assert {FindingCode.FORK, FindingCode.ROOT_DIFFERS} == codes(checked)


def test_an_older_backup_does_not_reach_a_later_checkpoint() -> None:
    checked = check_log(STORY.bodies[:2], SIGNED)

    assert FindingCode.LOG_SHORTENED in codes(checked)


def test_a_log_without_a_checkpoint_proves_nothing() -> None:
    assert codes(check_log(STORY.bodies, [], STORY_ROWS)) == {FindingCode.NO_CHECKPOINT}


def test_events_after_the_last_checkpoint_are_named() -> None:
    checked = check_log(STORY.bodies, SIGNED[:1], STORY_ROWS)

    (found,) = checked.findings
    assert (found.code, found.seq) == (FindingCode.UNSIGNED_TAIL, 2)
    assert "last 4 events" in found.detail


def a_view(number: int, **changes: Any) -> NewEvent:
    """Return an event that leaves no row."""
    return an_event(number, event_type=ExemplarShown.event_type, **changes)


def test_an_event_dated_before_the_one_before_it_is_found() -> None:
    log = a_log([a_view(0), a_view(1, at=START - timedelta(seconds=1)), a_view(2)])

    checked = check_log(log.bodies, signed_at(log, 3))

    assert [(found.code, found.seq) for found in checked.findings] == [
        (FindingCode.TIME_BACKWARDS, 1)
    ]


def test_two_events_at_one_moment_are_in_order() -> None:
    log = a_log([a_view(0), a_view(1, at=START)])

    assert check_log(log.bodies, signed_at(log, 2)).is_sound


def test_an_event_dated_after_its_own_cosignature_is_found() -> None:
    log = a_log([a_view(0, at=COSIGNED_AT + timedelta(minutes=6))])

    checked = check_log(log.bodies, signed_at(log, 1))

    assert codes(checked) == {FindingCode.TIME_AHEAD}
