"""`identlink rules spent`: when the convictions of a record become spent, with provisions."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from rich.console import Console
from rich.table import Table

from domain.errors import InvalidInputError
from domain.sentences import SentenceKind
from rules.lengths import Length
from rules.rehabilitation.ends import Reading
from rules.rehabilitation.facts import Conviction, Sentence
from rules.rehabilitation.record import Answer, answers
from service.cli.context import AnswerCall


class _StatedSentence(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False)

    kind: SentenceKind
    length: str | None = None
    begins_on: date | None = None
    ends_on: date | None = None
    is_indefinite: bool = False
    is_consecutive: bool = False
    consecutive_to: str = ""
    is_schedule_18: bool | None = None
    paid_on: date | None = None

    def sentence(self) -> Sentence:
        facts = self.model_dump()
        return Sentence(**{**facts, "length": Length.parse(self.length) if self.length else None})


class StatedConviction(BaseModel):
    """A conviction as a file states it."""

    model_config = ConfigDict(extra="forbid", strict=False)

    reference: str
    convicted_on: date
    sentences: list[_StatedSentence]
    was_under_18: bool | None = None
    is_summary_only: bool | None = None
    proceedings: str = ""

    def conviction(self) -> Conviction:
        """Return the facts as the rules take them; raises InvalidInputError."""
        facts = self.model_dump(exclude={"sentences"})
        return Conviction(**facts, sentences=tuple(one.sentence() for one in self.sentences))


OnOption = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day asked about; default today.")
]
CheckerOption = Annotated[
    bool, typer.Option("--checker", help="Read periods as the disclosure checker of gov.uk does.")
]


def asked_day(on: datetime | None) -> date:
    """Return the day that a command is asked about, which is today without one."""
    return on.date() if on else date.today()  # noqa: DTZ011 -- a legal day is a local one


def spent(
    call: AnswerCall,
    file: Annotated[Path, typer.Argument(help="JSON: a list of convictions (docs/rules.md).")],
    *,
    on: OnOption = None,
    checker: CheckerOption = False,
) -> None:
    """Print when each conviction of a record becomes spent, row by row with its provision."""
    day = asked_day(on)
    found = answers(_convictions(file), day, Reading.CHECKER if checker else Reading.STATUTE)
    if call.as_json:
        call.say("", {"on": day.isoformat(), "convictions": [_facts(one) for one in found]})
    else:
        Console().print(_table(found, day))


def _convictions(file: Path) -> list[Conviction]:
    stated: list[StatedConviction] = stated_in(file, list[StatedConviction])
    return [one.conviction() for one in stated]


def stated_in(file: Path, form: Any) -> Any:
    """Return what a file of JSON states, in a form; raises InvalidInputError with the places."""
    try:
        return TypeAdapter(form).validate_python(json.loads(file.read_bytes()))
    except ValidationError as error:
        places = "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:5]
        )
        raise InvalidInputError(
            f"The file does not have the form of docs/rules.md: {places}."
        ) from None
    except ValueError:
        raise InvalidInputError("The file is not JSON; docs/rules.md shows its form.") from None


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
    table = Table(box=None, pad_edge=False, title=f"On {day} by {rules}", title_justify="left")
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
