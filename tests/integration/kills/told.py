"""What a force is told by webhooks while the service is killed, beside a receiver that drips."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from tests.integration.api.receivers import Dripper, Receiver, running_dripper, running_receiver
from tests.integration.kills.clients import Caller, Journal

_TOPICS = ("batch.finished", "search.concluded")
_LONGEST_S = 180
Message = tuple[str, str]
"""A topic, and the id of what it is about."""


@dataclass(frozen=True, slots=True)
class Ears:
    """The two receivers of a force: one that hears, and one that never lets go."""

    hearing: Receiver
    dripping: Dripper

    def register(self, force: Caller) -> None:
        """Have both told of batches and searches."""
        for url in (self.hearing.url, self.dripping.url):
            answer = force.post("/v1/webhooks", {"url": url, "topics": _TOPICS})
            assert answer.status == 201, answer.content

    def messages(self) -> dict[Message, set[str]]:
        """Return what was heard, each with the ids of its messages."""
        heard: dict[Message, set[str]] = defaultdict(set)
        for headers, body in list(self.hearing.received):
            said = json.loads(body)
            (about,) = said["data"].values()
            heard[said["type"], about].add(headers["webhook-id"])
        return heard

    def untold(self, journal: Journal) -> set[Message]:
        """Return what was acknowledged and is not told, after a wait of minutes at most."""
        due = {("batch.finished", one) for one in journal.batches.values()}
        due |= {("search.concluded", one) for one in journal.links}
        until = monotonic() + _LONGEST_S
        while (left := due - self.messages().keys()) and monotonic() < until:
            threading.Event().wait(0.2)
        return left

    def told_twice(self) -> list[Message]:
        """Return what was told in several messages; one message may come again."""
        return [about for about, ids in self.messages().items() if len(ids) > 1]


@contextmanager
def open_ears() -> Iterator[Ears]:
    """Run both receivers until the block ends."""
    with running_receiver() as hearing, running_dripper() as dripping:
        yield Ears(hearing, dripping)
