"""Callers of one address that repeat each call under its key until it is taken."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.integration.api.prints import encounter, tenprint

_PAUSE_S = 0.2
_PATIENCE_S = 120.0


@dataclass
class Load:
    """Threads that enrol and search; what was acknowledged is kept by its key."""

    url: str
    token: str
    auditor: str
    acknowledged: dict[str, tuple[str, set[str]]] = field(default_factory=dict)
    """By key: the kind of call, and every id that an acknowledgement named."""
    sought: dict[str, str] = field(default_factory=dict)
    """By key of a search: the key of the newest enrolment that was acknowledged before it began.

    The search shows prints of that person, so its list has to hold them, at whichever host.
    """
    answers: Counter[str] = field(default_factory=Counter)
    notes: set[bytes] = field(default_factory=set)
    """Every checkpoint that was shown."""
    given_up: int = 0
    """Calls that were never acknowledged, not even when all was whole."""
    longest_s: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))
    _newest: int = 0

    @property
    def failed(self) -> int:
        """How many calls were not answered with 200 or 201."""
        taken = self.answers["200"] + self.answers["201"]
        return self.answers.total() - taken

    def start(self, threads: int) -> None:
        """Begin."""
        for _ in range(threads):
            self._threads.append(threading.Thread(target=self._work))
        self._threads.append(threading.Thread(target=self._watch))
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """Begin no more calls, and wait until those begun are acknowledged."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        with httpx2.Client(timeout=15) as client:
            while not self._stop.is_set():
                number = next(self._numbers)
                if number % 3:
                    self._until_taken(client, "searches", number)
                else:
                    self._until_taken(client, "encounters", number)

    def _until_taken(self, client: httpx2.Client, kind: str, number: int) -> None:
        key, begun = f"{kind}-{number}", time.monotonic()
        body = encounter(number) if kind == "encounters" else self._probe(key)
        taken = 0
        while True:
            answer = self._called(client, kind, key, body)
            if answer is not None:
                with self._lock:
                    ids = self.acknowledged.setdefault(key, (kind, set()))[1]
                    ids.add(answer)
                    if kind == "encounters":
                        self._newest = number
                taken += 1
                # Every call is made again, mostly at another host: the answer has to be the same.
                if taken == 2 or self._stop.is_set():
                    break
            elif self._stop.is_set() and time.monotonic() - begun > _PATIENCE_S:
                self.given_up += taken == 0
                break
            else:
                time.sleep(_PAUSE_S)
        self.longest_s = max(self.longest_s, time.monotonic() - begun)

    def _probe(self, key: str) -> dict[str, Any]:
        """Return a search for whoever was enrolled last; at the beginning for nobody."""
        newest = self._newest
        if newest:
            self.sought[key] = f"encounters-{newest}"
        return {"search_type": "TP/TP", "impressions": tenprint(newest, capture=3)}

    def _called(
        self, client: httpx2.Client, kind: str, key: str, body: dict[str, Any]
    ) -> str | None:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "X-Purpose": "arrest",
            "Idempotency-Key": key,
        }
        try:
            answer = client.post(f"{self.url}/v1/{kind}", json=body, headers=headers)
        except httpx2.HTTPError as error:
            self._count(type(error).__name__)
            return None
        self._count(str(answer.status_code))
        if answer.status_code not in {200, 201}:
            return None
        name = "encounter_id" if kind == "encounters" else "search_id"
        return str(answer.json()[name])

    def _count(self, answer: str) -> None:
        with self._lock:
            self.answers[answer] += 1

    def _watch(self) -> None:
        """Keep every checkpoint that any host shows: a fork would show itself here."""
        headers = {"Authorization": f"Bearer {self.auditor}", "X-Purpose": "audit"}
        with httpx2.Client(timeout=5) as client:
            while not self._stop.wait(0.5):
                try:
                    shown = client.get(f"{self.url}/v1/log/checkpoint", headers=headers)
                except httpx2.HTTPError as error:
                    self._count(type(error).__name__)
                    continue
                self._count(str(shown.status_code))
                if shown.status_code == 200:
                    self.notes.add(shown.content)
