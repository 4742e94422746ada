"""`identlink rules explain`: which provision holds for each item on a day, and why."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ConfigDict, Field

from rules.explaining import explained_convictions, explained_prints
from rules.lengths import Length
from rules.rehabilitation.ends import Reading
from rules.situations import (
    Decided,
    EventFacts,
    OffenceFacts,
    Result,
    bases_of,
    is_qualifying,
    is_under_18,
)
from service.cli.context import AnswerCall
from service.cli.rules.convictions import (
    CheckerOption,
    OnOption,
    StatedConviction,
    asked_day,
    stated_in,
)

_FORM = ConfigDict(extra="forbid", strict=False)


class StatedOffence(BaseModel):
    """An offence of an event, by its code or by what the law asks of it."""

    model_config = _FORM

    result: Result
    code: str = ""
    is_qualifying: bool | None = None
    is_recordable: bool | None = True
    resulted_on: date | None = None
    committed_on: date | None = None
    was_under_18: bool | None = None
    """At the offence; else from the day of birth and of the offence."""
    custody: str | None = None
    is_sentence_known: bool = False

    def facts(self, born: date | None) -> OffenceFacts:
        """Return the facts as the rules take them; raises InvalidInputError."""
        young = self.was_under_18
        if young is None and self.committed_on is not None:
            young = is_under_18([born], self.committed_on)
        return OffenceFacts(
            is_qualifying(self.code) if self.code else self.is_qualifying,
            self.is_recordable,
            self.result,
            self.resulted_on,
            young,
            Length.parse(self.custody) if self.custody else None,
            is_sentence_known=self.is_sentence_known or self.custody is not None,
        )


class StatedEvent(BaseModel):
    """An event at which prints were taken, or might have been."""

    model_config = _FORM

    reference: str
    on: date
    """The day of taking."""
    began_on: date | None = None
    offences: list[StatedOffence]
    extended_on: date | None = None
    commissioner_consented_on: date | None = None
    consented_on: date | None = None
    consent_withdrawn_on: date | None = None
    determined_on: date | None = None
    is_unlawful: bool = False
    is_other_regime: bool = False

    def facts(self, born: date | None) -> EventFacts:
        """Return the facts as the rules take them; raises InvalidInputError."""
        decided = {one.name: getattr(self, one.name) for one in fields(Decided)}
        return EventFacts(
            self.reference,
            self.on,
            tuple(one.facts(born) for one in self.offences),
            Decided(**decided),
            self.began_on,
        )


class StatedPerson(BaseModel):
    """The matters of one person."""

    model_config = _FORM

    born: date | None = None
    events: list[StatedEvent] = Field(default=[])
    convictions: list[StatedConviction] = Field(default=[])


def explain(
    call: AnswerCall,
    file: Annotated[Path, typer.Argument(help="JSON: matters of a person (docs/rules.md).")],
    *,
    on: OnOption = None,
    checker: CheckerOption = False,
) -> None:
    """Say for each item which provision holds on a day, and why, in sentences."""
    day = asked_day(on)
    stated: StatedPerson = stated_in(file, StatedPerson)
    events = [one.facts(stated.born) for one in stated.events]
    convictions = [one.conviction() for one in stated.convictions]
    reading = Reading.CHECKER if checker else Reading.STATUTE
    told = [*explained_prints(events, day), *explained_convictions(convictions, day, reading)]
    answer = {"on": day.isoformat(), "items": told, "prints": _bases(events, day)}
    call.say("\n\n".join(told), answer)


def _bases(events: list[EventFacts], on: date) -> list[dict[str, Any]]:
    return [
        {
            "reference": one.prints.reference,
            "keep": one.keep.words,
            "last_day": one.last_day and one.last_day.isoformat(),
            "situation": one.prints.situation.value,
            "is_kept": one.keeps_on(on),
        }
        for one in bases_of(events, on)
    ]
