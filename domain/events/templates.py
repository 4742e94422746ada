"""Templates remade from pictures: the start of a generation, each capture, and the switch."""

from domain.events.declaring import Event, Subject, event
from domain.events.rows import Leaves
from domain.ids import EncounterId, GenerationId, RemakeId


@event("template-generation-begun", leaves=Leaves("template_generations", by="begun_by"))
class TemplateGenerationBegun(Event):
    """The remaking of templates from pictures began; the present templates stay in use."""

    generation_id: Subject[GenerationId]
    tools: str
    """Extractor, quality meter and vector maker, each with version and digest."""


@event(
    "template-remade",
    leaves=Leaves("remade_templates", parts=("remade_minutiae",)),
)
class TemplateRemade(Event):
    """The templates of a capture were made again from its pictures."""

    remake_id: Subject[RemakeId]
    generation_id: Subject[GenerationId]
    encounter_id: Subject[EncounterId]
    fingers: int
    is_kept: bool
    """Whether the earlier templates stay, because a finger could not be read."""


@event("template-generation-switched", leaves=Leaves("template_switches", by="switched_by"))
class TemplateGenerationSwitched(Event):
    """A generation of templates came into force."""

    generation_id: Subject[GenerationId]
    after_change: int
    """The last change of the gallery that was searched with the earlier templates."""
    made: int
    """The number of captures that have new templates."""
    kept: int
    """The number of captures that keep their earlier templates."""
    without_pictures: int
    """The number of captures whose templates could not be remade."""
