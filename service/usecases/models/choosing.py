"""The model in force chosen, and the choice on record."""

from __future__ import annotations

from domain.access import Caller, Scope
from domain.errors import ConflictError
from domain.events.models import ModelChosen, ModelFitted
from domain.ids import ModelChoiceId
from domain.models.choices import ModelChoice
from service.usecases.log.recording import record
from service.usecases.models.comparing import Difference
from service.usecases.services import StoreServices


def chosen_model(services: StoreServices) -> str | None:
    """Return the digest of the model that was chosen last, None before the first choice."""
    with services.units.read() as unit:
        choice = unit.model_choices.last()
    return None if choice is None else choice.model_digest


def choose_model(services: StoreServices, caller: Caller, difference: Difference) -> ModelChoice:
    """Choose the other model of a comparison, from the next start of the service on.

    Raises NotPermittedError, and ConflictError where that model is in force, or where another
    choice was made since.
    """
    caller.actor.require(Scope.OPERATE)
    if difference.other == difference.one:
        raise ConflictError("That model is already in use.")
    with services.units.write() as unit:
        last = unit.model_choices.last()
        choice = ModelChoice(
            choice_id=ModelChoiceId(services.surroundings.new_id()),
            number=1 if last is None else last.number + 1,
            model_digest=difference.other,
            previous_digest=difference.one,
            searches=difference.searches,
            changed=difference.changed,
            chosen_by=caller.actor.user_id,
            chosen_at=services.surroundings.clock(),
        )
        unit.model_choices.add(choice)
        event = ModelChosen(
            choice.choice_id,
            choice.model_digest,
            choice.previous_digest,
            searches=choice.searches,
            changed=choice.changed,
        )
        record(unit, services.surroundings, caller, event)
        unit.commit()
    return choice


def note_fit(
    services: StoreServices, caller: Caller, digest: str, *, cases: int, pairs: int
) -> None:
    """Put on record that the prints and details of decided cases were read to fit a model."""
    caller.actor.require(Scope.OPERATE)
    with services.units.write() as unit:
        record(unit, services.surroundings, caller, ModelFitted(digest, cases, pairs))
        unit.commit()
