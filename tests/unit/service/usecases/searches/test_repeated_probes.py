"""Sketches of probes are packed by several threads at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from domain.ids import ForceCode
from service.usecases.searches.repeated_probes import pack_sketches


class _TakenByAnother(set[ForceCode]):
    """Forces that wait until one looks, and that another thread has then taken."""

    def pop(self) -> ForceCode:
        self.clear()
        return super().pop()


def test_forces_that_another_thread_has_taken_are_left_to_it() -> None:
    waiting = _TakenByAnother([ForceCode("01")])
    services: Any = SimpleNamespace(guard=SimpleNamespace(unpacked=waiting))

    assert pack_sketches(services) == 0
