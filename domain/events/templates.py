"""Templates made again from pictures: a generation begun, each capture, and the switch."""

from __future__ import annotations

from domain.events.declaring import Event, event
from domain.events.rows import ITS_ROW, Committed, Part, Row
from domain.events.texts import Subject
from domain.ids import EncounterId, GenerationId, RemakeId


@event(
    "template-generation-begun",
    rows=(
        Row("template_generations", key="generation_id", by="begun_by", says=("tools",)),
        Committed("template_generations", (("generation_id", "generation_id"),)),
    ),
    demands=ITS_ROW,
)
class TemplateGenerationBegun(Event):
    """Templates began to be made again from pictures, beside those in force."""

    generation_id: Subject[GenerationId]
    tools: str
    """Extractor, quality meter and vector maker, each with version and digest."""


@event(
    "template-remade",
    rows=(
        Row("remade_templates", key="remake_id", says=("generation_id", "encounter_id")),
        Committed(
            "remade_templates",
            (("remake_id", "remake_id"),),
            (Part("remade_minutiae", (("remake_id", "remake_id"),)),),
        ),
    ),
    demands=ITS_ROW,
)
class TemplateRemade(Event):
    """The templates of a capture were made again from its pictures."""

    remake_id: Subject[RemakeId]
    generation_id: Subject[GenerationId]
    encounter_id: Subject[EncounterId]
    fingers: int
    is_kept: bool
    """Whether the templates before stay, since a finger could not be read."""


@event(
    "template-generation-switched",
    rows=(
        Row(
            "template_switches",
            key="generation_id",
            by="switched_by",
            says=("after_change",),
        ),
        Committed("template_switches", (("generation_id", "generation_id"),)),
    ),
    demands=ITS_ROW,
)
class TemplateGenerationSwitched(Event):
    """A generation of templates came into force."""

    generation_id: Subject[GenerationId]
    after_change: int
    """The last change of the gallery that was searched with the templates before."""
    made: int
    """How many captures have new templates."""
    kept: int
    """How many keep those before."""
    without_pictures: int
    """How many could not be made again."""
