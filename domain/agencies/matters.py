"""Matters: information received that belongs on a person's record, its state and due date."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain.access.access import Caller, Role, Scope
from domain.courts.results import CourtOffence, CourtResult, Doubt, Reason, ResultLine
from domain.errors import InvalidInputError, NotTheirSourceError
from domain.exchange.contents import (
    StatedConviction,
    StatedCourt,
    StatedName,
    StatedOffence,
    StatedPerson,
    StatedRestrictions,
    StatedSanction,
    details_of,
)
from domain.exchange.messages import Notification
from domain.ids import PersonId, RecordId, UserId
from domain.people.convictions import InformationSource, SentenceKind
from domain.people.partial_dates import age_on
from domain.people.people import Details, PersonName


class MatterSource(StrEnum):
    """The sender of a matter."""

    COURT = "court"
    FORCE = "force"
    AGENCY = "agency"
    STATE = "other State"
    """A conviction that another State reported by a signed message, or through its gateway."""
    INTERPOL = "Interpol"
    """A conviction that an officer received from the Interpol bureau of another country."""


@dataclass(frozen=True, slots=True)
class SourceRule:
    """What holds for all matters of one source. Another source is another of these."""

    tellers: frozenset[Role]
    """The roles that send its matters; none: the matters come by the source's own channel."""
    working_days: int
    """Working days within which a matter should be on a record, as chosen by this software."""
    is_by_rule: bool = False
    """Whether a rule may attach its matters. Nobody who decides on matters may send them."""
    known_as: InformationSource = InformationSource.COURT
    """The source that its convictions on record name."""


_OFFICERS = frozenset({Role.CASE_OFFICER})
SOURCES: dict[MatterSource, SourceRule] = {
    MatterSource.COURT: SourceRule(frozenset({Role.COURT_FEED}), 3, is_by_rule=True),
    MatterSource.FORCE: SourceRule(_OFFICERS, 20),
    MatterSource.AGENCY: SourceRule(_OFFICERS, 20),
    MatterSource.STATE: SourceRule(frozenset(), 10, known_as=InformationSource.OTHER_STATE),
    MatterSource.INTERPOL: SourceRule(_OFFICERS, 20, known_as=InformationSource.INTERPOL),
}


def demand_teller(caller: Caller, source: MatterSource) -> None:
    """Raise NotPermittedError if the caller lacks the scope, or may not send from this source."""
    caller.actor.require(Scope.TELL_MATTERS)
    caller.require_force()
    if caller.actor.role not in SOURCES[source].tellers:
        raise NotTheirSourceError(
            "Your account cannot send matters from this source: court results come through the "
            "court's feed, and other matters from a case officer."
        )


class MatterState(StrEnum):
    """The state of a matter."""

    DOUBTFUL = "doubtful"
    """No rule can attach the matter to a record."""
    NOBODY = "nobody"
    """Doubtful, and no record is about a similar person."""
    PROPOSED = "attachment proposed"
    """A person proposes to attach it, and a second must decide; the next two are alike."""
    RETURN_PROPOSED = "return proposed"
    WITHDRAWAL_PROPOSED = "withdrawal proposed"
    """The matter stays on the record until the second person agrees."""
    QUARANTINED = "quarantined"
    """A matter with this reference but other content was received earlier, or a State sent the
    conviction of another State."""
    ATTACHED = "attached"
    NOTED = "nothing to attach"
    SENT_BACK = "sent back"
    """The sender must correct the matter and send it again."""
    REPLACED = "replaced"
    """A State replaced this version of its conviction, or deleted it while it waited."""
    ENDED = "no longer kept"
    """Its source let it be kept until a day that is over, and two people removed it; or the State
    that convicted deleted it. Its content was destroyed."""


WAITING = frozenset(
    {
        *(MatterState.DOUBTFUL, MatterState.NOBODY, MatterState.QUARANTINED),
        *(MatterState.PROPOSED, MatterState.RETURN_PROPOSED),
    }
)
"""The states in which a matter is on no record but may concern somebody."""

PROPOSALS = frozenset(
    {MatterState.PROPOSED, MatterState.RETURN_PROPOSED, MatterState.WITHDRAWAL_PROPOSED}
)
"""The states in which a second person must decide."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a matter. The last step determines the state of the matter."""

    matter_id: str
    number: int
    """Numbered from 1."""
    state: MatterState
    stepped_by: UserId
    stepped_at: datetime
    """When the step was taken."""
    reasons: tuple[Reason, ...] = ()
    words: str = ""
    """A person's own words, sealed together with the reasons."""
    person_id: PersonId | None = None
    record_id: RecordId | None = None
    version: int | None = None
    """The version of the record that contains the matter, or for which a proposal was made."""
    laid: tuple[tuple[int, str], ...] = ()
    """Pairs of the place of an offence and the item of the charge that a person assigned to it. An
    empty item: the court added the offence."""


MatterContent = CourtResult | Notification
"""What a matter says; the conviction of another country is a notification, also as an update."""


def details_in(content: MatterContent) -> Details:
    """Return the details of the person that a matter names, as names enquiries compare them."""
    return content.details if isinstance(content, CourtResult) else details_of(content.person)


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter with its steps, oldest first."""

    matter_id: str
    source: MatterSource
    reference: str
    digest: str
    """Keyed digest of the content. Matters with equal content are the same matter."""
    received_by: UserId
    received_at: datetime
    content: MatterContent | None = field(repr=False)
    """None after the content was erased."""
    steps: tuple[Step, ...] = ()

    @property
    def last(self) -> Step:
        """The step that determines the present state."""
        return self.steps[-1]

    @property
    def person_name(self) -> str:
        """The name that the matter states; empty if it states none, and after an erasure."""
        if self.result is not None and self.result.defendant.organisation:
            return self.result.defendant.organisation
        names = () if self.content is None else details_in(self.content).names
        return names[0].display if names else ""

    @property
    def result(self) -> CourtResult | None:
        """The matter as a court result; None for another country's conviction, and once erased."""
        return self.content if isinstance(self.content, CourtResult) else None

    @property
    def told(self) -> Notification | None:
        """The conviction of another country; None for other matters, and after an erasure."""
        return self.content if isinstance(self.content, Notification) else None

    @property
    def state(self) -> MatterState:
        """The present state."""
        return self.last.state

    @property
    def is_on_record(self) -> bool:
        """Whether it is on a record, perhaps with a proposal to take it off."""
        settled = [one.state for one in self.steps if one.state not in PROPOSALS]
        return settled[-1:] == [MatterState.ATTACHED]

    @property
    def kept_until(self) -> date | None:
        """The last day on which its source lets it be kept; None if there is none."""
        return None if self.told is None else self.told.conviction.restrictions.retention_end


_IS_REFERENCE = re.compile(r"[0-9A-Za-z._-]{1,64}").fullmatch
_IS_WRITTEN = frozenset("DWMY")
"""The units that durations of sanctions have."""
_YOUNGEST_YEARS = 10
_OWN = "GBR"


@dataclass(frozen=True, slots=True)
class TheirWord:
    """The country that convicted, its version of the conviction, and the limits that it sets."""

    country: str
    version: int
    restrictions: StatedRestrictions


def as_told(result: CourtResult, word: TheirWord) -> Notification:
    """Return a result as the conviction of another country.

    Raises InvalidInputError, with a pointer into the body of a matter, for what no such conviction
    has: our own country or no country, a number or code of ours, or an acquittal.
    """
    _demand_theirs(result, word)
    who, decided_on = result.defendant, result.heard_on
    if decided_on is None:
        raise InvalidInputError("State the day of the decision.", pointer="/heard_on")
    lines = (line for one in result.offences for line in one.lines)
    return Notification(
        StatedPerson(
            _name(who.name),
            (),
            str(who.born_on) if who.born_on else None,
            sex=None if who.sex is None else who.sex.value,
        ),
        StatedConviction(
            result.reference,
            word.version,
            word.country,
            decided_on,
            StatedCourt(result.court, country=word.country),
            tuple(map(_offence, result.offences)),
            tuple(map(_sanction, lines)),
            reference=result.case_number,
            restrictions=word.restrictions,
        ),
    )


def _demand_theirs(result: CourtResult, word: TheirWord) -> None:
    if word.country in ("", _OWN):
        raise InvalidInputError(
            "State the other country that convicted: our own courts send their own results.",
            pointer="/country",
        )
    if _IS_REFERENCE(result.reference) is None:
        raise InvalidInputError(
            "Write the reference in at most 64 letters, digits, dots, hyphens and underscores.",
            pointer="/reference",
        )
    if not result.offences:
        raise InvalidInputError("State at least one offence.", pointer="/offences")
    given: dict[str, object] = {"/asn": result.asn, "/pnc_number": result.defendant.pnc_id}
    for place, offence in enumerate(result.offences):
        given |= {f"/offences/{place}/{name}": value for name, value in _ours(offence).items()}
    for pointer, value in given.items():
        if value:
            raise InvalidInputError(
                "Only our own courts state this: put it into the words of the result.",
                pointer=pointer,
            )


def _ours(offence: CourtOffence) -> dict[str, object]:
    """Return what a foreign conviction cannot have, by its place in the body of an offence."""
    found: dict[str, object] = {
        "plea": offence.plea,
        "finding": offence.finding,
        "convicted_on": offence.convicted_on,
    }
    for number, line in enumerate(offence.lines):
        at = f"results/{number}"
        found |= {f"{at}/code": line.code, f"{at}/pence": line.pence is not None}
        found |= {f"{at}/unit": any(one.unit not in _IS_WRITTEN for one in line.terms)}
    return found


def _name(name: PersonName) -> StatedName:
    forenames = " ".join(part for part in (name.forename, name.middle_names) if part)
    return StatedName(name.surname or None, forenames or None)


def _offence(one: CourtOffence) -> StatedOffence:
    return StatedOffence(
        one.code,
        one.wording or None,
        began_on=str(one.began_on) if one.began_on else None,
        ended_on=str(one.ended_on) if one.ended_on else None,
    )


def _sanction(line: ResultLine) -> StatedSanction:
    """Return a sentence in the court's words: no rule weighs a sentence of another country."""
    length = next((f"P{one.value}{one.unit}" for one in line.terms), None)
    return StatedSanction(SentenceKind.UNSTRUCTURED, duration=length, words=line.text or None)


def told_doubts(told: Notification) -> tuple[Reason, ...]:
    """Return the doubts about another country's conviction, for people to decide on."""
    born, decided_on = told.person.born_on, told.conviction.decided_on
    found = [Reason(Doubt.NOT_A_COURT)]
    if born is None:
        found.append(Reason(Doubt.DAY_MALFORMED, "/person/born_on"))
    elif "X" not in born and age_on(date.fromisoformat(born), decided_on) < _YOUNGEST_YEARS:
        found.append(Reason(Doubt.DAYS_OUT_OF_ORDER, "/person/born_on"))
    return tuple(found)
