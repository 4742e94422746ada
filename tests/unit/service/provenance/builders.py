"""Builders of events, callers and small logs, with defaults that a test overrides."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.access.access import Actor, Caller, Purpose, Role, Scope
from domain.events.catalogue import NewEvent
from domain.events.searches import Searched
from domain.ids import CaseId, EventId, ForceCode, UserId
from service.provenance.canonical import encode_event
from service.provenance.log.merkle import EMPTY, Frontier, append, leaf_hash

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def a_caller(user: str = "user-1", **changes: Any) -> Caller:
    actor = Actor(UserId(user), Role.EXAMINER, None, frozenset({Scope.EXAMINE}))
    return Caller(actor=actor, purpose=changes.pop("purpose", Purpose.EXAMINATION), **changes)


def an_event(number: int = 0, **changes: Any) -> NewEvent:
    fields: dict[str, Any] = {
        "event_id": EventId(f"event-{number}"),
        "event_type": Searched.event_type,
        "at": START + timedelta(seconds=number),
        "caller": a_caller(),
        "force": ForceCode("01"),
        "case_id": CaseId("case-1"),
        "subject_refs": (f"search-{number}",),
        "facts": (("candidates", 20),),
    }
    return NewEvent(**(fields | changes))


@dataclass
class SmallLog:
    """A log in memory: bodies, the stored nodes, and the frontier after each size."""

    bodies: list[bytes] = field(default_factory=list)
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    frontiers: list[Frontier] = field(default_factory=lambda: [EMPTY])

    def add_leaf(self, leaf: bytes) -> None:
        frontier, nodes = append(self.frontiers[-1], leaf)
        self.frontiers.append(frontier)
        self.nodes |= {(node.level, node.index): node.digest for node in nodes}

    def add(self, event: NewEvent) -> None:
        body = encode_event(event, len(self.bodies)).body
        self.bodies.append(body)
        self.add_leaf(leaf_hash(body))

    def read_node(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def root(self, size: int) -> bytes:
        return self.frontiers[size].root


def a_log_of_leaves(count: int) -> SmallLog:
    log = SmallLog()
    for number in range(count):
        log.add_leaf(leaf_hash(number.to_bytes(4, "big")))
    return log
