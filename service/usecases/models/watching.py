"""Monitoring whether sources still follow the home law of the model: sums and state changes."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from domain.access.access import Caller, Scope
from domain.errors import ConflictError
from domain.events.models import LawStateChanged
from domain.ids import ForceCode, LawStateId, UserId
from domain.prints.prints import ImpressionType
from domain.searches.models import ALL, Kind, LawState, LawStateChange, Source, WeekSketch
from domain.searches.strangers import TEN_THOUSANDTHS
from matching.print_parameters import LEAST_COUNTED
from matching.watch.detecting import ALARM, WARNING, Gathered, e_value, evidence_against
from matching.watch.home import HomeLaw, Observation
from matching.watch.seconds import Martingale, chance
from service.live.law_watch import Asker, Seen
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import SERVICE, record
from service.usecases.services import Services, StoreServices

BANDS = (0, 45, 70)
"""The lowest quality of each band by which sums are kept."""


@dataclass(slots=True)
class _Told:
    """Sums over some searches, by source and by week."""

    gathered: dict[Source, Gathered] = field(default_factory=dict)
    weeks: dict[tuple[object, ...], WeekSketch] = field(default_factory=dict)


def look_at_searches(services: Services) -> int:
    """Add this process's searches since the last call to the stored sums; return how many.

    One transaction stores the sums and any state changes. Then the states set by all processes are
    read, so that the next searches are weighed accordingly.
    """
    law = services.law.law
    if law is None:
        return 0
    unseen = services.law.unseen
    seen = [unseen.popleft() for _ in range(len(unseen))]
    now = services.now()
    told = _told(law, seen, _monday(now))
    if told.gathered:
        with services.units.begin() as unit:
            for source, gathered in sorted(told.gathered.items(), key=_by_source):
                whole = unit.law.gather(source, gathered, now)
                _follow(services, unit, source, whole)
            unit.law.add_to_weeks(tuple(told.weeks.values()))
    services.law.states = states_of_askers(services, law.model_digest)
    return len(seen)


def states_of_askers(services: StoreServices, model_digest: str) -> Mapping[Asker, LawState]:
    """Return the sources that no longer follow the home law, or may be leaving it.

    Sums over a whole force, or over all forces, only raise alarms: one device must not stop
    proposals for the others.
    """
    with services.units.read() as unit:
        changes = unit.law.changes(model_digest)
    return {
        Asker(ForceCode(one.source.asker_force), UserId(one.source.account)): one.state
        for one in changes
        if one.state is not LawState.AT_HOME
        and ALL not in (one.source.account, one.source.asker_force)
    }


def set_at_home(services: StoreServices, caller: Caller, source: Source) -> LawStateChange:
    """Reset a source to the home law: its sums are deleted, and monitoring starts again.

    Raises NotPermittedError, and ConflictError for a source that already follows the home law.
    """
    with services.begin(caller, Scope.OPERATE) as unit:
        if unit.law.state(source) is LawState.AT_HOME:
            raise ConflictError(
                "Monitoring has no finding about this source: check the name of the source."
            )
        unit.law.begin_anew(source, services.now())
        return change_state(services, unit, caller, (source, LawState.AT_HOME, Gathered()))


def _by_source(entry: tuple[Source, Gathered]) -> tuple[str, str]:
    return entry[0].asker_force, entry[0].account


def _monday(now: datetime) -> date:
    return (now - timedelta(days=now.weekday())).date()


def _told(law: HomeLaw, seen: Iterable[Seen], week: date) -> _Told:
    told = _Told()
    for one in seen:
        observation = Observation.of(replace(one.probe, strangers=one.strangers))
        e_values = None if observation is None else evidence_against(law, observation)
        if e_values is None:
            continue
        force, account = one.asker
        for source in ((force, account), (force, ALL), (ALL, ALL)):
            key = Source(*source, law.model_digest)
            told.gathered[key] = told.gathered.get(key, Gathered()).seen(e_values)
        for sketch in _sketches(one, week, law.model_digest):
            place = (sketch.asker_force, sketch.account, sketch.kind, sketch.finger, sketch.band)
            known = told.weeks.get(place)
            told.weeks[place] = sketch if known is None else _summed(known, sketch)
    return told


def _sketches(seen: Seen, week: date, model_digest: str) -> Iterator[WeekSketch]:
    force, account = seen.asker
    for one in seen.probe.impressions:
        is_mark = one.impression_type is ImpressionType.LATENT
        place = 0 if is_mark else max(int(one.position) - 1, 0)
        if not seen.strangers.spreads[place]:
            continue
        mean = seen.strangers.means[place] / TEN_THOUSANDTHS
        yield WeekSketch(
            week=week,
            asker_force=force,
            account=account,
            model_digest=model_digest,
            kind=str(one.impression_type),
            finger=0 if is_mark else int(one.position),
            band=max(band for band in BANDS if band <= one.quality),
            impressions=1,
            mean=mean,
            mean_squares=mean**2,
            spread=seen.strangers.spreads[place] / TEN_THOUSANDTHS,
            quality=float(one.quality),
        )


def _summed(one: WeekSketch, other: WeekSketch) -> WeekSketch:
    return replace(
        one,
        impressions=one.impressions + other.impressions,
        mean=one.mean + other.mean,
        mean_squares=one.mean_squares + other.mean_squares,
        spread=one.spread + other.spread,
        quality=one.quality + other.quality,
    )


def _follow(services: StoreServices, unit: UnitOfWork, source: Source, whole: Gathered) -> None:
    """Store a new state if the evidence requires it. Only a person can reset the state `moved`."""
    held = unit.law.state(source)
    found = LawState.AT_HOME
    if whole.evidence >= ALARM or held is LawState.MOVED:
        found = LawState.MOVED
    elif whole.evidence >= (WARNING / 10.0 if held is LawState.MOVING else WARNING):
        found = LawState.MOVING
    if found is not held:
        change_state(services, unit, SERVICE, (source, found, whole))


SECONDS, PROPOSALS = "second candidates, ", "proposals, "
"""Used in place of an account, before a kind of search: the second candidates, or the proposals,
of all searches of that kind."""


def kinds_moved(unit: UnitOfWork, model_digest: str, what: str) -> Mapping[Kind, datetime]:
    """Return the kinds of search whose second candidates, or proposals, raised an alarm, and when.

    An alarm lasts until a person resets it.
    """
    found = unit.law.changes(model_digest)
    return {
        Kind(one.source.account.removeprefix(what)): one.set_at
        for one in found
        if one.state is LawState.MOVED
        and one.source.asker_force == ALL
        and one.source.account.startswith(what)
    }


def watch_seconds(services: Services, unit: UnitOfWork, met: Sequence[tuple[Kind, int]]) -> None:
    """Add up the evidence of decided searches against the rehearsals.

    Raise an alarm if there is enough evidence. After an alarm, live searches continue to raise the
    rate, as they do from the start; nothing is switched off.
    """
    now = services.now()
    for kind in sorted({kind for kind, _ in met}):
        rehearsed = services.experience.met[kind].rehearsed
        if rehearsed.searches < LEAST_COUNTED:
            continue
        source = Source(ALL, SECONDS + kind, services.scorer.digest)
        whole = unit.law.martingale(source)
        for step in (step for of, step in met if of is kind):
            whole = whole.seen(e_value(chance(rehearsed, step)))
        unit.law.keep_martingale(source, whole, now)
        if whole.is_alarm and unit.law.state(source) is not LawState.MOVED:
            change_state(services, unit, SERVICE, (source, LawState.MOVED, whole))


def change_state(
    services: StoreServices,
    unit: UnitOfWork,
    caller: Caller,
    found: tuple[Source, LawState, Gathered | Martingale],
) -> LawStateChange:
    """Store a state of a source, with its event."""
    source, state, whole = found
    change = LawStateChange(
        state_id=LawStateId(services.new_id()),
        number=unit.law.next_number(),
        source=source,
        state=state,
        searches=whole.searches,
        evidence_log10=math.floor(10 * math.log10(max(whole.evidence, 1.0))),
        set_by=caller.actor.user_id,
        set_at=services.now(),
    )
    unit.law.change(change)
    event = LawStateChanged.of(
        change,
        asker_force=source.asker_force,
        account=source.account,
        model_digest=source.model_digest,
        state=state,
    )
    record(services, unit, caller, event)
    return change


_WEEKS_SHOWN = timedelta(weeks=26)


def weeks_since(now: datetime) -> date:
    """Return the first week that is shown."""
    return _monday(now - _WEEKS_SHOWN)
