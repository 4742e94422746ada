"""Whether convictions of the record are spent: their facts as the rules take them.

A sanction only in words, or of a kind that nobody stated, makes the standing of its conviction
unknown: unknown is never spent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.convictions import Conviction, InformationSource, Sanction
from domain.errors import LinkingError
from domain.releasing import HeldConviction
from domain.sentences import SentenceKind
from rules.lengths import Length
from rules.rehabilitation import facts
from rules.rehabilitation.record import Standing, answers
from service.usecases.requests.kind import Assessed


def standings(held: Sequence[HeldConviction], on: date) -> tuple[Assessed, ...]:
    """Return each conviction with its standing on a day, as England and Wales law has it.

    Convictions move each other's ends: they are computed together, those that were deleted left
    out. One that the rules cannot read is unknown.
    """
    standing_ones = [one for one in held if one.conviction.stands]
    try:
        computed = answers([_as_computed(one) for one in standing_ones], on)
    except LinkingError:
        return tuple(Assessed(one, Standing.UNKNOWN.value) for one in held)
    found = {answer.conviction.reference: answer for answer in computed}
    assessed = []
    for one in held:
        answer = found.get(_reference(one))
        standing = Standing.UNKNOWN if answer is None else answer.standing
        assessed.append(Assessed(one, standing.value, "" if answer is None else answer.rules))
    return tuple(assessed)


def _reference(held: HeldConviction) -> str:
    return f"{held.ref.record_id}/{held.ref.item_id}"


def _as_computed(held: HeldConviction) -> facts.Conviction:
    conviction = held.conviction
    foreign = conviction.source.kind is InformationSource.OTHER_STATE
    sentences = tuple(_sentence(one, conviction) for one in conviction.sanctions)
    unstructured = (facts.Sentence(SentenceKind.UNSTRUCTURED),)
    # Of a foreign sentence nobody has stated the nearest equivalent.
    is_known = sentences and not foreign
    return facts.Conviction(
        _reference(held),
        conviction.decided_on,
        sentences if is_known else unstructured,
        conviction.was_under_18,
        conviction.is_summary_only,
        conviction.proceedings,
    )


def _sentence(sanction: Sanction, conviction: Conviction) -> facts.Sentence:
    return facts.Sentence(
        sanction.kind,
        Length.parse(sanction.duration) if sanction.duration else None,
        _from(sanction.starts_on, conviction),
        _from(sanction.completed_on, conviction),
        sanction.is_indefinite,
        sanction.is_consecutive,
        sanction.is_schedule_18,
        _from(sanction.paid_on, conviction),
    )


def _from(day: date | None, conviction: Conviction) -> date | None:
    return None if day is None else max(day, conviction.decided_on)
