"""Checks answered searches for misuse: with prints of staff, with the searcher's own name, or by
unusual access.

The log is followed like a feed, outside any request. A finding is unique by its kind and its
search, so following the same event twice does not report it twice.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, compress
from statistics import median

from anyascii import anyascii

from domain.abuse import Access, Finding, FindingKind, StaffPerson
from domain.access.access import Caller, Purpose, Scope, service_itself
from domain.errors import EmptyProbeError, InvalidInputError
from domain.events.catalogue import LoggedEvent, looks
from domain.events.log import LogSearched
from domain.events.looking import LookKind
from domain.events.misuse import StaffEnrolled
from domain.events.searches import Searched
from domain.forces import NO_FORCE
from domain.ids import EncounterId, EncounterRow, FindingId, PersonId, PersonRow, UserId
from domain.list_pages import ListPage
from domain.prints import prints
from domain.prints.captures import MarkProbe
from domain.searches.evidence import Band
from domain.searches.searches import Probe, Search, SearchType
from indexing.codes.batches import Gallery
from indexing.codes.filters import Filter
from indexing.searching.hits import Hits
from service.provenance.canonical import read_event
from service.storage.people.encounters import Placement
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import look, record
from service.usecases.searches.looking_up import compare, print_probe, similarities
from service.usecases.searches.repeated_probes import note_finding
from service.usecases.services import Services, StoreServices

FIRST_HOUR, LAST_HOUR = 6, 20
"""Office hours in UTC: from 06:00 until just before 20:00, Monday to Friday. They include
07:00-20:00 London time in both winter and summer."""

MANY_LOOKS = 20
"""Fewer accesses of a kind than this make no pattern."""

UNUSUAL_RATIO = 3.0
"""A number of accesses is unusual if it reaches this multiple of the median."""

UNUSUAL_SHARE = 0.5
"""More than this proportion of accesses out of office hours is unusual."""

LONGEST_SPAN = timedelta(days=100)
"""The longest time span of one report."""


@dataclass(frozen=True, slots=True)
class AccessPattern:
    """How one account accessed data in a span of time."""

    actor: UserId
    looks: int
    """The number of times the account looked up data."""
    without_case: int
    """The number of accesses unrelated to any case of the account."""
    out_of_hours: int
    """The number of accesses between evening and morning."""
    is_unusual: bool
    """Whether the pattern differs from that of colleagues: a reason to ask, never proof of misuse.
    """


def found_abuse(
    services: StoreServices, caller: Caller, *, before: str | None, limit: int
) -> ListPage[Finding, str]:
    """Return findings, newest first. Raises NotPermittedError."""
    with services.reading(caller, Scope.READ_LOG) as unit:
        page = unit.abuse.findings(before=before, limit=limit)
    shown = chain.from_iterable((one.finding_id, one.subject_ref) for one in page.items)
    look(services, caller, LookKind.FINDINGS, shown)
    return page


def access_report(
    services: StoreServices, caller: Caller, *, since: datetime, until: datetime
) -> tuple[AccessPattern, ...]:
    """Return the pattern of each person with any access, the unusual ones first.

    The request is logged. Raises NotPermittedError, InvalidInputError (the span is empty or longer
    than 100 days).
    """
    caller.actor.require(Scope.READ_LOG)
    if not timedelta(0) < until - since <= LONGEST_SPAN:
        raise InvalidInputError(
            f"Ask for a period of more than 0 and at most {LONGEST_SPAN.days} days."
        )
    with services.units.read() as unit:
        patterns = access_patterns(unit.abuse.accesses(looks(), since=since, until=until))
    with services.units.begin() as unit:
        record(services, unit, caller, LogSearched(view="access-report", found=len(patterns)))
    return patterns


def access_patterns(accesses: Iterable[Access]) -> tuple[AccessPattern, ...]:
    """Return the patterns behind accesses: the unusual ones first, then by number of accesses."""
    looks: Counter[UserId] = Counter()
    without_case: Counter[UserId] = Counter()
    out_of_hours: Counter[UserId] = Counter()
    for access in accesses:
        looks[access.actor] += 1
        without_case[access.actor] += not access.has_case
        out_of_hours[access.actor] += is_out_of_hours(access.at)
    usual = median(without_case[actor] for actor in looks) if looks else 0.0
    patterns = [
        _pattern(actor, (looks[actor], without_case[actor], out_of_hours[actor]), usual)
        for actor in looks
    ]
    return tuple(sorted(patterns, key=lambda p: (not p.is_unusual, -p.looks, p.actor)))


def _pattern(actor: UserId, counts: Sequence[int], usual: float) -> AccessPattern:
    looks, without_case, out_of_hours = counts
    is_many = without_case >= max(MANY_LOOKS, UNUSUAL_RATIO * usual)
    is_late = out_of_hours >= MANY_LOOKS and out_of_hours > UNUSUAL_SHARE * looks
    return AccessPattern(actor, looks, without_case, out_of_hours, is_many or is_late)


def is_out_of_hours(at: datetime) -> bool:
    """Whether a moment is outside office hours."""
    moment = at.astimezone(UTC)
    return moment.weekday() >= 5 or not FIRST_HOUR <= moment.hour < LAST_HOUR


def forget_sketches(services: StoreServices, *, kept: timedelta) -> int:
    """Erase the sketches of probes that are no longer counted; return how many were erased."""
    before = services.now() - kept
    with services.units.begin() as unit:
        return unit.sketches.forget(before=before)


_FOLLOWER = "watcher"
_EVENTS_AT_ONCE = 100
_STAFF_LOOKED_AT = 5
_SHORTEST_NAME = 3
"""Shorter names are ignored, because they are part of too many words."""

WATCHER = service_itself("watcher", Purpose.OPERATIONS)
"""The actor that stores findings: the service itself, which has no token."""


def watch_searches(services: Services) -> int:
    """Check the searches among up to 100 events, and return how many events were followed."""
    with services.units.read() as unit:
        start = unit.jobs.followed_to(_FOLLOWER)
        entries = unit.events.entries(start=start, limit=_EVENTS_AT_ONCE)
        searches = [
            search
            for entry in entries
            if entry.event_type == Searched.event_type
            for search in _searches(unit, entry)
        ]
    if not entries:
        return 0
    findings = [finding for search in searches for finding in _look_at(services, search)]
    with services.units.begin() as unit:
        for finding in findings:
            note_finding(services, unit, WATCHER, finding)
        unit.jobs.follow_to(_FOLLOWER, entries[-1].seq + 1)
    return len(entries)


def _searches(unit: UnitOfWork, entry: LoggedEvent) -> Iterator[Search]:
    search = unit.searches.get(read_event(entry.body).typed_as(Searched).search_id)
    if search is not None:
        yield search


def _look_at(services: Services, search: Search) -> Iterator[Finding]:
    with services.units.read() as unit:
        probe = unit.searches.probe(search.search_id)
        names = unit.accounts.names([search.submitted_by])
        has_staff = unit.abuse.has_staff()
    if probe is None:
        return
    who = f"{search.submitted_by} {search.on_behalf_of} {names.get(search.submitted_by, '')}"
    if is_own_name(probe, who):
        yield _finding(services, search, FindingKind.OWN_RECORD)
    if probe.impressions and has_staff:
        yield from _staff_findings(services, search, probe)


def is_own_name(probe: Probe, who: str) -> bool:
    """Whether a surname that was searched is a word in the searcher's account name."""
    words = set(_words(who))
    return any(
        word in words
        for name in probe.details.names
        for word in _words(name.surname)
        if len(word) >= _SHORTEST_NAME
    )


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", anyascii(text).lower())


def _staff_findings(services: Services, search: Search, probe: Probe) -> Iterator[Finding]:
    matched = _matched_staff(services, search.search_type, probe)
    if not matched:
        return
    with services.units.read() as unit:
        accounts = set(unit.abuse.staff_among(matched).values())
    if not accounts:
        return
    yield _finding(services, search, FindingKind.STAFF_MATCH)
    if accounts & {search.submitted_by, UserId(search.on_behalf_of)}:
        yield _finding(services, search, FindingKind.OWN_RECORD)


def _matched_staff(
    services: Services, search_type: SearchType, probe: Probe
) -> tuple[PersonId, ...]:
    """Return the staff whom the prints support, weighed like any other candidate."""
    services.gallery.catch_up()
    kind = SearchType.LT_TP if search_type.has_mark_probe else SearchType.TP_TP
    hits = _staff_hits(services, kind, probe)
    rows = [EncounterRow(row) for row in hits.encounter_rows.tolist()]
    with services.units.read() as unit:
        held = unit.encounters.templates(rows)
        persons = unit.people.person_ids([PersonRow(row) for row in hits.person_rows.tolist()])
    there = [at for at, row in enumerate(rows) if row in held.encounter_ids]
    if not there:
        return ()
    comparisons = compare(services.print_format, kind, probe, held, [rows[at] for at in there])
    is_likely = _likely(services, kind, probe, comparisons)
    found = (PersonRow(int(hits.person_rows[at])) for at in compress(there, is_likely))
    return tuple(persons[row] for row in found if row in persons)


def _staff_hits(services: Services, kind: SearchType, probe: Probe) -> Hits:
    index, staff = services.gallery.index, Filter(galleries=(Gallery.STAFF,))
    asked = print_probe(kind, probe, services.print_format.template)
    if isinstance(asked, MarkProbe):
        return index.search_mark(asked, k=_STAFF_LOOKED_AT, where=staff)
    return index.search_tenprint(asked, k=_STAFF_LOOKED_AT, where=staff)


def _likely(
    services: Services, kind: SearchType, probe: Probe, comparisons: prints.FingerComparisons
) -> Sequence[bool]:
    """Return whether the prints support each person.

    They do if their bits are high enough or, where there are no bits, if the similarity is higher
    than that of any impostor.
    """
    nothing = [None] * len(comparisons.cosines)
    asked = print_probe(kind, probe, services.print_format.template)
    measured = replace(probe, strangers=services.gallery.index.cohorts.strangers(asked))
    scored = services.scorer.score_prints(
        measured, comparisons, nothing, gallery_size=services.gallery.persons
    )
    if scored.withheld:
        least = services.print_format.index.standout_similarity
        return [bool(alike >= least) for alike in similarities(kind, comparisons)]
    return [evidence.band is not Band.UNLIKELY for evidence in scored]


def _finding(services: Services, search: Search, kind: FindingKind) -> Finding:
    return Finding(
        finding_id=FindingId(services.new_id()),
        kind=kind,
        series=search.search_id,
        actor=search.submitted_by,
        force=search.force,
        subject_ref=search.search_id,
        count=1,
        found_at=services.now(),
    )


@dataclass(frozen=True, slots=True, eq=False)
class EnrolStaff:
    """A request to enrol the prints of a person who works here or attends crime scenes."""

    caller: Caller
    user_id: UserId
    captured_at: datetime
    impressions: tuple[prints.Impression, ...]


def enrol_staff(services: Services, command: EnrolStaff) -> PersonId:
    """Enrol prints into the staff gallery. Searches by forces never propose them.

    Raises NotPermittedError, EmptyProbeError, InvalidInputError (a finger without position, a
    latent), DuplicatePositionError.
    """
    command.caller.actor.require(Scope.OPERATE)
    _check(command.impressions)
    new_id = services.surroundings.new_id
    person_id, encounter_id = PersonId(new_id()), EncounterId(new_id())
    with services.units.begin() as unit:
        row = unit.people.add_person(person_id)
        unit.encounters.add(
            prints.Encounter(
                encounter_id, person_id, NO_FORCE, command.captured_at, command.impressions
            ),
            Placement(row, Gallery.STAFF, year_of_birth=0),
        )
        by, now = command.caller.actor.user_id, services.now()
        staff = StaffPerson(person_id, command.user_id, added_by=by, added_at=now)
        unit.abuse.add_staff(staff)
        event = StaffEnrolled(person_id, encounter_id, command.user_id)
        record(services, unit, command.caller, event)
    services.gallery.catch_up()
    return person_id


def _check(impressions: tuple[prints.Impression, ...]) -> None:
    if not impressions:
        raise EmptyProbeError("The prints to enrol have no finger: give at least one finger.")
    if any(
        impression.impression_type is prints.ImpressionType.LATENT or not impression.position
        for impression in impressions
    ):
        raise InvalidInputError(
            "A finger is latent or has no position: send rolled or plain fingers, "
            "each with its position."
        )
    prints.check_positions(impressions)
