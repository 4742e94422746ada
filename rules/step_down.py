"""Whether a certificate states a matter or it has stepped down: an office's policy, as data.

Stepping down is not law. It is a policy under which an office no longer states old and minor
matters to other countries. The rule set included here is synthetic, and its data say so. A
conviction steps down when every one of its sanctions has stepped down. A conviction from another
State, or with a sanction that rules cannot compute with, is unknown: a person must decide.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from domain.errors import UnknownRuleError
from domain.people.convictions import Conviction, Sanction, SentenceKind
from domain.plain_values import read_plain
from rules.clocks import Length, last_day
from rules.data_files import data_file

RULE_SET = "step-down-synthetic/1"
"""The newest rule set."""


class Stated(StrEnum):
    """Whether a matter is stated on a certificate."""

    LIVE = "live"
    STEPPED_DOWN = "stepped down"
    UNKNOWN = "unknown"
    """No rule can decide, so a person must. Never treated as stepped down."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a rule set: how long sanctions of these kinds are stated."""

    name: str
    kinds: frozenset[SentenceKind]
    over: Length | None = None
    """The row applies only to longer sentences. The first row that applies is used."""
    adult: Length | None = None
    """None: stated for ever. The same applies to `under_18`."""
    under_18: Length | None = None


@dataclass(frozen=True, slots=True)
class StepDownRules:
    """A rule set with its digest."""

    identifier: str
    sha256: str
    is_synthetic: bool
    """Whether the rule set was invented for this software."""
    citation: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class StepDown:
    """The decision about one matter, and the row that made it."""

    stated: Stated
    rule: str
    """Identifier of the rule set and the row, such as `step-down-synthetic/1: fine`."""
    last_day: date | None = None
    """The last day on which the matter is stated; None if stated for ever, or unknown."""


@cache
def step_down_rules(identifier: str = RULE_SET) -> StepDownRules:
    """Return a rule set by name and version. Raises UnknownRuleError."""
    file = data_file(identifier)
    try:
        content = file.content
        rows = tuple(map(_row, content["rows"]))
        return StepDownRules(
            identifier, file.sha256, content["synthetic"], content["citation"], rows
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnknownRuleError(f"{identifier[:60]!r} is not a step-down rule set.") from error


def _row(stated: dict[str, Any]) -> Row:
    named = {name: one for name, one in stated.items() if name not in ("row", "never")}
    row = read_plain(Row, {"name": stated["row"], **named})
    if stated.get("never", False) is not (row.adult is None and row.under_18 is None):
        raise ValueError(
            "Each row of step-down rules must either give its periods or be marked `never`."
        )
    return row


def step_down(conviction: Conviction, on: date, rules: StepDownRules | None = None) -> StepDown:
    """Return whether a conviction is stated on a day."""
    held = rules or step_down_rules()
    if not conviction.sanctions or conviction.source.kind.is_told:
        return StepDown(Stated.UNKNOWN, held.identifier)
    found = [_of_sanction(conviction, one, held, on) for one in conviction.sanctions]
    return max(found, key=_order)


def _order(one: StepDown) -> tuple[int, int]:
    """Return the rank of a result: unknown is highest, then never expiring, then the latest."""
    is_for_ever = one.stated is Stated.LIVE and one.last_day is None
    rank = 2 if one.stated is Stated.UNKNOWN else int(is_for_ever)
    return rank, one.last_day.toordinal() if one.last_day else 0


def _of_sanction(
    conviction: Conviction, sanction: Sanction, rules: StepDownRules, on: date
) -> StepDown:
    row = next((one for one in rules.rows if _applies(one, sanction, conviction)), None)
    if row is None:
        return StepDown(Stated.UNKNOWN, rules.identifier)
    name = f"{rules.identifier}: {row.name}"
    if row.adult == row.under_18:
        period = row.adult
    elif conviction.was_under_18 is None:
        return StepDown(Stated.UNKNOWN, name)
    else:
        period = row.under_18 if conviction.was_under_18 else row.adult
    if period is None:
        return StepDown(Stated.LIVE, name)
    end = last_day(conviction.decided_on, period)
    return StepDown(Stated.LIVE if on <= end else Stated.STEPPED_DOWN, name, end)


def _applies(row: Row, sanction: Sanction, conviction: Conviction) -> bool:
    if sanction.kind not in row.kinds:
        return False
    if sanction.kind is SentenceKind.CUSTODY and not sanction.duration:
        return False
    begins = sanction.starts_on or conviction.decided_on
    return row.over is None or (
        bool(sanction.duration) and Length.parse(sanction.duration).exceeds(row.over, begins)
    )
