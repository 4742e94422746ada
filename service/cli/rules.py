"""`identlink rules`: applies legal rules on time limits, rehabilitation and retention."""

import json
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ConfigDict, Field, PlainValidator, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from rich.console import Console
from rich.table import Table

from domain.errors import InvalidInputError
from domain.office_days import office_day
from rules import situations
from rules.clocks import Length, Pause, clock_rule, clock_rules, due_day
from rules.explaining import explained_casework, explained_convictions, explained_prints
from rules.rehabilitation.facts import Conviction, Sentence
from rules.rehabilitation.periods import Reading
from rules.rehabilitation.record import Answer, answers
from service.cli.context import AnswerCall, Group, stated_day

app = Group(help="Legal rules that can be computed: time limits, retention and rehabilitation.")


@app.command("due")
def due(
    call: AnswerCall,
    rule: Annotated[str, typer.Argument(help=f"One of {', '.join(clock_rules())}.")],
    start: Annotated[str, typer.Argument(help="The first day, which is counted, as YYYY-MM-DD.")],
    *,
    pause: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIRST..LAST", help="Days on which the clock was paused; may be repeated."
        ),
    ] = None,
    extended: Annotated[
        bool, typer.Option("--extended", help="Add the extension that the rule allows.")
    ] = False,
) -> None:
    """Print the last day of a time limit."""
    stated = clock_rule(rule)
    pauses = [_pause(text) for text in pause or ()]
    day = due_day(stated, stated_day(start), pauses, is_extended=extended)
    answer = f"The last day is {day:%A %-d %B %Y}." if day else "The clock is paused."
    facts = {"rule": rule, "due": day and day.isoformat(), "citation": stated.citation}
    call.say(f"{answer}\n{stated.citation}", facts)


def _pause(text: str) -> Pause:
    first, _, last = text.partition("..")
    try:
        return Pause(date.fromisoformat(first), date.fromisoformat(last) if last else None)
    except ValueError:
        raise InvalidInputError(
            "Write a pause as FIRST..LAST, for example 2026-08-20..2026-08-24."
        ) from None


_FORM = ConfigDict(extra="forbid", strict=False)


def _length(stated: object) -> Length | None:
    """Read a length of time from a file; raises ValueError, InvalidInputError."""
    if not isinstance(stated, str | None):
        raise ValueError("Write the length of time as text, as in P1Y6M.")  # noqa: TRY004 - what pydantic takes for a fault
    return Length.parse(stated) if stated else None


_Length = Annotated[Length | None, PlainValidator(_length)]


@dataclass(frozen=True, config=_FORM)
class _StatedSentence(Sentence):
    length: _Length = None


@dataclass(frozen=True, config=_FORM)
class StatedConviction(Conviction):
    """A conviction as a file states it."""

    sentences: tuple[_StatedSentence, ...]


OnOption = Annotated[
    str, typer.Option(help="Day for which to compute, as YYYY-MM-DD; today by default.")
]
CheckerOption = Annotated[
    bool,
    typer.Option("--checker", help="Compute periods as the disclosure checker on gov.uk does."),
]


def asked_day(on: str) -> date:
    """Return the day for which a command computes; today if none is given."""
    return stated_day(on) if on else office_day(datetime.now(UTC))


@app.command("spent")
def spent(
    call: AnswerCall,
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            help="JSON file with a list of convictions (docs/rules.md).",
        ),
    ],
    *,
    on: OnOption = "",
    checker: CheckerOption = False,
) -> None:
    """Show when each conviction of a record becomes spent, and the provision for each row."""
    day = asked_day(on)
    stated: list[StatedConviction] = stated_in(file, list[StatedConviction])
    found = answers(stated, day, Reading.CHECKER if checker else Reading.STATUTE)
    if call.as_json:
        call.say("", {"on": day.isoformat(), "convictions": [_facts(one) for one in found]})
    else:
        Console().print(_table(found, day))


_WORDS = {"unexpected_keyword_argument": "Extra inputs are not permitted"}
"""Pydantic's own message for a field that does not exist, which dataclasses word otherwise."""


def stated_in(file: Path, form: Any) -> Any:
    """Return a JSON file's content as a `form`; raises InvalidInputError with the places."""
    try:
        return TypeAdapter(form).validate_python(json.loads(file.read_bytes()))
    except ValidationError as error:
        places = "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {_WORDS.get(one['type'], one['msg'])}"
            for one in error.errors()[:5]
        )
        raise InvalidInputError(
            f"The file does not have the format described in docs/rules.md: check {places}."
        ) from None
    except (ValueError, RecursionError):
        raise InvalidInputError(
            "The file is not JSON: see docs/rules.md for its format."
        ) from None


def _facts(answer: Answer) -> dict[str, Any]:
    return {
        "reference": answer.conviction.reference,
        "standing": answer.standing,
        "last_unspent_day": str(answer.end),
        "extended_by": answer.extended_by,
        "rules": answer.rules,
        "reading": answer.reading.value,
        "periods": [
            {
                "kind": one.sentence.kind,
                "end": str(one.end),
                "provision": one.provision,
                "note": one.note,
            }
            for one in answer.periods
        ],
    }


def _table(found: tuple[Answer, ...], day: date) -> Table:
    rules = f"{found[0].rules}, {found[0].reading.value!r}" if found else "no convictions"
    table = Table(box=None, pad_edge=False, title=f"On {day}, under {rules}", title_justify="left")
    for heading in ("conviction", "standing", "last unspent day", "sentence", "ends", "provision"):
        table.add_column(heading, overflow="fold")
    for answer in found:
        extended = f" (extended by {', '.join(answer.extended_by)})" if answer.extended_by else ""
        head = (answer.conviction.reference, answer.standing.value, f"{answer.end}{extended}")
        for one in answer.periods:
            provision = f"{one.provision} {one.note}".strip()
            table.add_row(*head, one.sentence.kind.value, str(one.end), provision)
            head = ("", "", "")
    return table


class StatedOffence(BaseModel):
    """An offence in an event, given by its code or by the facts that the law depends on."""

    model_config = _FORM

    result: situations.Result
    code: str = ""
    is_qualifying: bool | None = None
    is_recordable: bool | None = True
    resulted_on: date | None = None
    committed_on: date | None = None
    was_under_18: bool | None = None
    """At the time of the offence; if absent, it follows from the dates of birth and offence."""
    custody: _Length = None
    is_sentence_known: bool = False

    def facts(self, born: date | None) -> situations.OffenceFacts:
        """Return the facts in the form that the rules need; raises InvalidInputError."""
        young = self.was_under_18
        if young is None and self.committed_on is not None:
            young = situations.is_under_18([born], self.committed_on)
        return situations.OffenceFacts(
            situations.is_qualifying(self.code) if self.code else self.is_qualifying,
            self.is_recordable,
            self.result,
            self.resulted_on,
            young,
            self.custody,
            is_sentence_known=self.is_sentence_known or self.custody is not None,
        )


class StatedEvent(BaseModel):
    """An event at which prints were taken, or could have been taken."""

    model_config = _FORM

    reference: str
    on: date
    """The day on which the prints were taken."""
    began_on: date | None = None
    offences: list[StatedOffence]
    extended_on: date | None = None
    commissioner_consented_on: date | None = None
    consented_on: date | None = None
    consent_withdrawn_on: date | None = None
    determined_on: date | None = None
    is_unlawful: bool = False
    is_other_regime: bool = False

    def facts(self, born: date | None) -> situations.EventFacts:
        """Return the facts in the form that the rules need; raises InvalidInputError."""
        decided = {one.name: getattr(self, one.name) for one in fields(situations.Decided)}
        return situations.EventFacts(
            self.reference,
            self.on,
            tuple(one.facts(born) for one in self.offences),
            situations.Decided(**decided),
            self.began_on,
        )


class StatedPerson(BaseModel):
    """The events and convictions of one person."""

    model_config = _FORM

    born: date | None = None
    events: list[StatedEvent] = Field(default=[])
    convictions: list[StatedConviction] = Field(default=[])


@app.command("explain")
def explain(
    call: AnswerCall,
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            help="JSON file with a person's events and convictions (docs/rules.md).",
        ),
    ],
    *,
    on: OnOption = "",
    checker: CheckerOption = False,
) -> None:
    """Explain which legal provision applies to each item on a day, and why."""
    day = asked_day(on)
    stated: StatedPerson = stated_in(file, StatedPerson)
    events = [one.facts(stated.born) for one in stated.events]
    reading = Reading.CHECKER if checker else Reading.STATUTE
    told = [
        *explained_prints(events, day),
        *explained_convictions(stated.convictions, day, reading),
        *explained_casework(events, day),
    ]
    answer = {"on": day.isoformat(), "items": told, "prints": _bases(events, day)}
    call.say("\n\n".join(told), answer)


def _bases(events: list[situations.EventFacts], on: date) -> list[dict[str, Any]]:
    return [
        {
            "reference": one.prints.reference,
            "keep": one.keep.words,
            "last_day": one.last_day and one.last_day.isoformat(),
            "situation": one.prints.situation.value,
            "is_kept": one.keeps_on(on),
        }
        for one in situations.bases_of(events, on)
    ]
