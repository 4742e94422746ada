"""The order of messages: forces take turns, and within a force its endpoints do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from domain.ids import ForceCode
from service.storage.messages.webhooks import Ready

_NEVER = datetime.min.replace(tzinfo=UTC)


def in_turn(
    ready: Sequence[Ready], leased: Mapping[ForceCode, int], *, limit: int, most_of_force: int
) -> tuple[Ready, ...]:
    """Return up to `limit` of the ready endpoints, in the order of their turns.

    The force with the fewest messages in hand comes first, and of its endpoints the one whose last
    attempt lies longest back. `leased` counts the messages in hand of each force, of which it has
    at most `most_of_force`.
    """
    waiting: dict[ForceCode, list[Ready]] = {}
    for one in sorted(ready, key=_last, reverse=True):
        waiting.setdefault(one.force, []).append(one)
    in_hand, chosen = Counter(leased), list[Ready]()
    while len(chosen) < limit:
        forces = [force for force in waiting if in_hand[force] < most_of_force]
        if not forces:
            break
        force = min(forces, key=lambda force: (in_hand[force], _last(waiting[force][-1])))
        chosen.append(waiting[force].pop())
        in_hand[force] += 1
        if not waiting[force]:
            del waiting[force]
    return tuple(chosen)


def _last(one: Ready) -> tuple[datetime, int]:
    return one.last_attempt_at or _NEVER, one.job_row
