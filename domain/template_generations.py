"""Generations of templates: made again from pictures by other tools, beside those in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.ids import GenerationId, UserId


@dataclass(frozen=True, slots=True)
class TemplateGeneration:
    """Templates that one set of tools makes again from the pictures that are kept."""

    generation_id: GenerationId
    tools: str
    """Extractor, quality meter and vector maker, each with version and digest."""
    begun_by: UserId
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class GenerationCount:
    """How far a generation is."""

    made: int
    """Captures whose templates were made again."""
    kept: int
    """Captures of which the tools could not read every finger: they keep their templates."""
    waiting: int
    """Captures with pictures that are not made again yet."""
    without_pictures: int
    """Captures that cannot be made again."""
