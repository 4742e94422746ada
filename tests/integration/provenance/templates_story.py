"""The events of templates made again: a generation begun, a capture, the switch."""

from __future__ import annotations

from collections.abc import Iterator

from domain.events.declaring import Event
from domain.events.people import (
    TemplateGenerationBegun,
    TemplateGenerationSwitched,
    TemplateRemade,
)
from domain.ids import EncounterId, GenerationId, RemakeId


def template_events() -> Iterator[Event]:
    """Yield one event of each type."""
    generation = GenerationId("generation-1")
    yield TemplateGenerationBegun(generation, tools="leader/1 0123456789abcdef")
    yield TemplateRemade(
        RemakeId("remake-1"), generation, EncounterId("encounter-1"), fingers=10, is_kept=False
    )
    yield TemplateGenerationSwitched(
        generation, after_change=412, made=398, kept=2, without_pictures=12
    )
