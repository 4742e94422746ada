"""Making templates again from stored pictures, with the tools that are set now.

A new generation is made beside the templates in force: searches, examiners and replays do not use
it yet. Each capture is stored separately, so an interrupted run continues where it stopped. The
switch puts a whole generation in force; earlier searches are replayed with the earlier templates.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from domain.access.access import Caller, Scope
from domain.errors import ConflictError, InvalidInputError, NotFoundError, UnreadablePrintError
from domain.events import people as events
from domain.ids import EncounterId, EncounterRow, GenerationId, RemakeId
from domain.prints.prints import Impression
from domain.prints.templates import GenerationCount, TemplateGeneration
from service.ports.print_images import picture_facts
from service.ports.print_reading import UNSTATED
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.people.encounters import enrolled_picture
from service.usecases.print_desk import PrintDesk, TakenPrint
from service.usecases.services import Services

_PAGE = 200
"""The number of waiting captures looked up at a time."""

_DIGEST_DIGITS = 16


@dataclass(frozen=True, slots=True)
class RemakeState:
    """The generation made with the present tools, and how far it has come."""

    generation: TemplateGeneration | None
    """The generation being made or, if nothing is left to make, the one switched to; None before
    the first."""
    is_switched: bool
    count: GenerationCount


def tools_of(desk: PrintDesk) -> str:
    """Return the tools that make templates, each with version and digest.

    Raises InvalidInputError if this service cannot make templates of the gallery's format, and
    ConfigurationError if a library is missing.
    """
    if desk.fmt.features is None:
        raise InvalidInputError(
            f"This gallery holds {desk.fmt.label} templates, which come from outside: there is "
            "nothing to make again."
        )
    vectors = desk.fmt.features.vectors().tool
    return "; ".join(
        f"{tool.label} {tool.digest[:_DIGEST_DIGITS]}" for tool in (*desk.finder.tools, vectors)
    )


def remake_state(services: Services, tools: str) -> RemakeState:
    """Return how many captures have templates made with these tools."""
    with services.units.read() as unit:
        opened = unit.remakes.open(tools)
        last = unit.remakes.in_force()
        switched = last if last is not None and last.tools == tools else None
        return RemakeState(
            opened or switched,
            opened is None and switched is not None,
            unit.remakes.count(opened or switched, tools),
        )


def remake_templates(
    services: Services, caller: Caller, advance: Callable[[int], None] = lambda _: None
) -> RemakeState:
    """Make templates again for every capture with pictures; captures already done are skipped.

    The new templates are not in force before `switch_templates`. `advance` is called for each
    capture. Raises NotPermittedError, ConflictError if no capture has pictures or a picture takes
    too long to read, and the errors of `tools_of`.
    """
    caller.actor.require(Scope.OPERATE)
    tools = tools_of(services.prints)
    state = remake_state(services, tools)
    if not state.count.waiting:
        _demand_something(state)
        return state
    generation = state.generation
    if generation is None or state.is_switched:
        generation = _begun(services, caller, tools)
    for encounter_id in _waiting(services, tools):
        _remake(services, caller, generation.generation_id, encounter_id)
        advance(1)
    return remake_state(services, tools)


def switch_templates(services: Services, caller: Caller) -> RemakeState:
    """Put the new templates in force. Nothing else may use the store at the same time.

    Raises NotPermittedError, and ConflictError if there is no generation to switch to or some
    captures are still waiting.
    """
    caller.actor.require(Scope.OPERATE)
    tools = tools_of(services.prints)
    state = remake_state(services, tools)
    if state.count.waiting:
        raise ConflictError(
            f"{state.count.waiting} captures with images still have old templates: "
            "run `identlink templates remake` until it has finished."
        )
    if state.generation is None or state.is_switched or not state.count.made:
        raise ConflictError(
            "There are no new templates to switch to: run `identlink templates remake` "
            "with the new extractor first."
        )
    with services.units.begin() as unit:
        _switch(services, unit, caller, state.generation.generation_id, state.count)
    services.gallery.catch_up()
    return remake_state(services, tools)


def _switch(
    services: Services,
    unit: UnitOfWork,
    caller: Caller,
    generation_id: GenerationId,
    count: GenerationCount,
) -> None:
    after = unit.events.lock_last_change()
    by, at = caller.actor.user_id, services.now()
    unit.remakes.switch(generation_id, by, at, after=after)
    event = events.TemplateGenerationSwitched.of(
        count, generation_id=generation_id, after_change=after
    )
    record(services, unit, caller, event)


def _demand_something(state: RemakeState) -> None:
    if state.generation is None:
        raise ConflictError(
            "No capture in this store has images: templates can be made again only "
            "for captures that were enrolled from images."
        )


def _begun(services: Services, caller: Caller, tools: str) -> TemplateGeneration:
    generation = TemplateGeneration(
        GenerationId(services.new_id()), tools, caller.actor.user_id, services.now()
    )
    with services.units.begin() as unit:
        unit.remakes.begin(generation)
        event = events.TemplateGenerationBegun(generation.generation_id, tools)
        record(services, unit, caller, event)
    return generation


def _waiting(services: Services, tools: str) -> Iterator[EncounterId]:
    after, found = EncounterRow(0), True
    while found:
        with services.units.read() as unit:
            page = unit.remakes.waiting(tools, after=after, limit=_PAGE)
        found = bool(page)
        for row, encounter_id in page:
            after = row
            yield encounter_id


def _remake(
    services: Services, caller: Caller, generation_id: GenerationId, encounter_id: EncounterId
) -> None:
    """Make a capture's templates again; one erased or remade meanwhile is skipped."""
    with services.units.read() as unit:
        encounter = unit.encounters.get(encounter_id)
        impressions = encounter.impressions if encounter else ()
        pictures = [enrolled_picture(unit, encounter_id, int(one.position)) for one in impressions]
    taken = _taken(services.prints, impressions, pictures)
    remake_id = RemakeId(services.new_id())
    try:
        with services.units.begin() as unit:
            if taken is None:
                unit.remakes.keep(remake_id, generation_id, encounter_id)
            else:
                fresh = [one.impression for one in taken]
                views = [one.minutiae for one in taken]
                unit.remakes.add(remake_id, generation_id, encounter_id, fresh, views)
            event = events.TemplateRemade(
                remake_id,
                generation_id,
                encounter_id,
                fingers=len(impressions),
                is_kept=taken is None,
            )
            record(services, unit, caller, event)
    except NotFoundError:
        return


def _taken(
    desk: PrintDesk, impressions: tuple[Impression, ...], pictures: list[bytes | None]
) -> list[TakenPrint] | None:
    """Return the prints, read again; None if one cannot be read or has no picture.

    Otherwise one capture would mix templates of two extractors, which would then be compared with
    each other.
    """
    made = []
    for impression, picture in zip(impressions, pictures, strict=True):
        if picture is None:
            return None
        try:
            marked = picture_facts(picture).marked
            source = replace(desk.read_one(picture, UNSTATED), marked=marked)
            made.append(desk.taken(source, impression.position, impression.impression_type))
        except UnreadablePrintError as error:
            if error.is_costly:
                raise ConflictError(
                    "Reading an image takes too long: raise IDENTLINK_PRINT_SECONDS and run "
                    "the command again; it continues where it stopped."
                ) from error
            return None
    return made or None
