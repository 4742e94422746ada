"""Finding people on record by what is known of them: a name, a date of birth, a number.

It is for callers who may read records or act on people's data, and it never finds a hidden person.
No search is stored, but each result shown is recorded as an access event. Examiners cannot use it:
they may not see names.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from domain.access.access import Caller, Purpose, Role, Scope
from domain.errors import InvalidInputError, LinkingError, NotFoundError, NotPermittedError
from domain.events.looking import LookKind
from domain.ids import ForceCode, PersonId, RecordId
from domain.people.identifiers import parse_cro_number
from domain.people.people import Details, PartialDate, PersonName
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import look
from service.usecases.searches.enquiries import weigh_names
from service.usecases.services import Services, StoreServices

FINDERS = frozenset(
    {
        Scope.READ_RECORDS,
        Scope.RESTRICT,
        Scope.ERASE,
        Scope.READ_CONSULTATIONS,
        Scope.WORK_REQUESTS,
    }
)
"""A caller with any of these scopes may find people. A force finds only people whose records it
owns."""

MOST_FOUND = 20
_LONGEST = 200
_ID = re.compile(r"[0-9a-f]{32}")
_PNC = re.compile(r"(?:\d\d)?\d\d/\d{1,7}[A-Z]", re.IGNORECASE)
_DAY_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y")
_DAY_IN_WORDS = re.compile(r"\b(\d{1,2}) ([A-Za-z]{3,9}) (\d{4})\b")


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A person on record, with the details by which people identify them."""

    person_id: PersonId
    record_id: RecordId
    force: ForceCode
    names: tuple[str, ...]
    born: tuple[str, ...]
    """Dates of birth, in words."""
    place: str
    numbers: tuple[str, ...]
    """PNC ids and CRO numbers."""

    @property
    def label(self) -> str:
        """Name and date of birth, in one line."""
        born = f", born {self.born[0]}" if self.born else ""
        return f"{self.names[0] if self.names else 'Name not known'}{born}"


def find_people(services: Services, caller: Caller, words: str) -> tuple[FoundPerson, ...]:
    """Return the people on record whom the words may describe, most likely first.

    Raises NotPermittedError, InvalidInputError (nothing to search by).
    """
    _require(caller)
    words = words.strip()
    if not 2 <= len(words) <= _LONGEST:
        raise InvalidInputError("Enter a name, a date of birth, or a PNC or CRO number.")
    ids = [PersonId(words.lower())] if _ID.fullmatch(words.lower()) else _named(services, words)
    with services.units.read() as unit:
        found = _described(unit, ids)
        if not found and _ID.fullmatch(words.lower()):
            held = unit.people.record(RecordId(words.lower()))
            found = _described(unit, [held.person_id]) if held is not None else ()
    return _seen(services, caller, found)[:MOST_FOUND]


def person_named(services: Services, caller: Caller, person_id: PersonId) -> FoundPerson:
    """Return one person on record. Raises NotPermittedError, NotFoundError."""
    _require(caller)
    with services.units.read() as unit:
        found = _described(unit, [person_id])
    seen = _seen(services, caller, found)
    if not seen:
        raise NotFoundError
    return seen[0]


def people_of_records(
    services: StoreServices, people: Iterable[PersonId]
) -> Mapping[PersonId, FoundPerson]:
    """Return people by id, for a list that has already recorded its access to them."""
    with services.units.read() as unit:
        return {one.person_id: one for one in _described(unit, people)}


def read_words(words: str) -> Details:
    """Return the details typed in one line. Words not recognised as dates or numbers are names."""
    days: list[PartialDate] = []
    rest = _DAY_IN_WORDS.sub(lambda found: _kept(days, found[0], "%d %B %Y", "%d %b %Y"), words)
    pnc_ids, cro_numbers, names = [], [], []
    for word in rest.replace(",", " ").split():
        if not _kept(days, word, *_DAY_FORMS):
            continue
        if _PNC.fullmatch(word):
            pnc_ids.append(word.upper())
        if _is_cro(word):
            cro_numbers.append(word.upper())
        elif not _PNC.fullmatch(word):
            names.append(word)
    *forenames, surname = names or [""]
    name = PersonName(" ".join(forenames), surname)
    return Details(
        names=(name,) if names else (),
        dates_of_birth=tuple(days),
        pnc_ids=tuple(pnc_ids),
        cro_numbers=tuple(cro_numbers),
    )


def _kept(days: list[PartialDate], text: str, *forms: str) -> str:
    """Add a text that is a date to `days` and return an empty text.

    Return any other text unchanged.
    """
    for form in forms:
        with suppress(ValueError, LinkingError):
            days.append(PartialDate.of(datetime.strptime(text, form).date()))  # noqa: DTZ007 - a day
            return ""
    return text


def _is_cro(word: str) -> bool:
    with suppress(LinkingError):
        parse_cro_number(word)
        return True
    return False


def _named(services: Services, words: str) -> list[PersonId]:
    said = read_words(words)
    if said.is_empty:
        raise InvalidInputError("Enter a name, a date of birth, or a PNC or CRO number.")
    return [
        one.person_id
        for one in weigh_names(services, said).candidates
        if one.evidence.total_bits > one.evidence.prior_bits
    ]


def _require(caller: Caller) -> None:
    if not FINDERS & caller.actor.scopes:
        raise NotPermittedError


def _described(unit: UnitOfWork, people: Iterable[PersonId]) -> tuple[FoundPerson, ...]:
    """Return people with their live details, in the order given. Hidden people are left out."""
    wanted = [(one, row) for one in people if (row := unit.people.person_row(one)) is not None]
    records = unit.people.records_of([row for _, row in wanted])
    found = ((one, records.get(row)) for one, row in wanted)
    return tuple(
        FoundPerson(
            person_id,
            held.record_id,
            held.force,
            tuple(name.display for name in held.details.names),
            tuple(born.words for born in held.details.dates_of_birth),
            held.details.place_of_birth,
            (*held.details.pnc_ids, *held.details.cro_numbers),
        )
        for person_id, held in found
        if held is not None
    )


def _seen(
    services: Services, caller: Caller, found: tuple[FoundPerson, ...]
) -> tuple[FoundPerson, ...]:
    """Record which people are shown. A force is shown only the people whose records it owns."""
    force = caller.require_force() if caller.actor.role is Role.FORCE else None
    shown = tuple(one for one in found if force is None or one.force == force)
    subjects = [ref for one in shown for ref in (one.record_id, one.person_id)]
    # For a force, opening records has the purpose of record management, whatever else its pages
    # are for.
    manager = replace(caller, purpose=Purpose.RECORD_MANAGEMENT) if force else caller
    look(services, manager, LookKind.RECORDS, subjects)
    return shown
