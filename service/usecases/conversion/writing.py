"""Writing a decided frame to its record, with the frame as the source.

If the record already has a conviction with the same court, day and offence, the frame becomes its
second source and the conviction is not added again. Other items of the record that differ from the
frame are left unchanged; the frame keeps its own text.
"""

from dataclasses import dataclass

from domain.access.access import Caller, Scope
from domain.conversion import content
from domain.conversion.frames import FrameState
from domain.errors import existing
from domain.events.conversion import FrameWritten, RecordBegun
from domain.events.looking import LookKind
from domain.events.people import Enrolled
from domain.ids import EncounterId, ForceCode, PersonId, PersonRow, RecordId, SearchId
from domain.office_days import office_day
from domain.people import amendments
from domain.people.amending import amended
from domain.people.convictions import Conviction
from domain.people.items import SINGLE, Item, ItemKind, Items, ItemValue, numbered_items
from domain.people.people import Details, PersonName, Record
from domain.plain_text import folded
from domain.prints.prints import Encounter
from indexing.codes.batches import Gallery
from service.storage.conversion.keyings import SettledForm
from service.storage.people.encounters import Placement
from service.usecases.conversion.lots import AtFrame
from service.usecases.conversion.settling import sentence_of
from service.usecases.log.recording import look
from service.usecases.people.amending import live_version_of, store_amended
from service.usecases.services import StoreServices

CONVERTED = ForceCode("99")
"""The force that owns records started by conversion."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """The record that a frame is written to, and its first items if the record is new."""

    before: amendments.RecordVersion
    began_with: tuple[Item, ...] = ()


def write_frame(
    at: AtFrame, person_id: PersonId | None, *, prints_of: SearchId | None = None
) -> content.Writing:
    """Write a frame to the record of a person, in the current transaction.

    If `person_id` is None, a new record is started; `prints_of` is the search whose prints a new
    person is enrolled with. The frame moves to `written`. Raises PayloadErasedError, NotFoundError
    (the person is erased), InvalidInputError (dates that contradict the record), StaleRecordError.
    """
    settled = at.settled
    details = content.details_of_form(settled.form)
    begun = _record_of(at, person_id, details, prints_of)
    version, items = _written(at, begun, settled)
    head = begun.before.head
    writing = content.Writing(
        at.frame.frame_id,
        at.frame.round,
        head.record_id,
        head.person_id,
        version,
        bool(begun.began_with),
        at.by,
        at.now,
        items,
    )
    at.unit.conversion_writings.write(writing)
    at.move(FrameState.WRITTEN)
    _record(at, writing)
    return writing


def _record(at: AtFrame, writing: content.Writing) -> None:
    confirmed = sum(item.is_second_source for item in writing.items)
    at.record(FrameWritten.of(writing, added=len(writing.items) - confirmed, confirmed=confirmed))


def _record_of(
    at: AtFrame, person_id: PersonId | None, details: Details, prints_of: SearchId | None
) -> _Begun:
    """Return a person's live record. If there is none, start one with these details."""
    unit = at.unit
    if person_id is None:
        new = PersonId(at.services.new_id())
        return _begin(at, new, unit.people.add_person(new), details, prints_of)
    row = existing(unit.people.person_row(person_id))
    held = unit.people.records_of([row]).get(row)
    if held is None:
        return _begin(at, person_id, row, details, None)
    return _Begun(existing(live_version_of(unit, held.record_id)))


def _begin(
    at: AtFrame, person_id: PersonId, row: PersonRow, details: Details, prints_of: SearchId | None
) -> _Begun:
    record_id = RecordId(at.services.new_id())
    at.unit.people.put_record(Record(record_id, person_id, CONVERTED, details, (), ()))
    at.record(RecordBegun(record_id, person_id, at.frame.frame_id))
    if prints_of is not None:
        _enrol(at, person_id, row, details, prints_of)
    return _Begun(existing(live_version_of(at.unit, record_id)), numbered_items(details).held)


def _enrol(
    at: AtFrame, person_id: PersonId, row: PersonRow, details: Details, search_id: SearchId
) -> None:
    """Enrol the prints of a search as a capture of a new person."""
    probe = existing(at.unit.searches.probe(search_id))
    encounter_id = EncounterId(at.services.new_id())
    year = next((day.year for day in details.dates_of_birth if day.year), 0)
    at.unit.encounters.add(
        Encounter(encounter_id, person_id, CONVERTED, at.frame.received_at, probe.impressions),
        Placement(row, Gallery.TENPRINTS, year),
    )
    at.record(Enrolled(encounter_id, person_id, fingers=len(probe.impressions)))


def _written(
    at: AtFrame, begun: _Begun, settled: SettledForm
) -> tuple[int, tuple[content.WrittenItem, ...]]:
    """Add the missing items to the record.

    Return the record's version, and the items that have this frame as a source.
    """
    before = begun.before
    changes, confirmed = _compared(at, before.items, settled)
    began_with = {item.item_id for item in begun.began_with}
    items = [content.WrittenItem(one, is_second_source=one not in began_with) for one in confirmed]
    version = before.head.version
    if changes:
        today = office_day(at.now)
        after = amended(before.items, changes, today=today)
        version = store_amended(
            at.services, at.unit, at.caller, (before, after), _amendment(at, changes)
        )
        added = (
            one.item.item_id
            for one in amendments.changes_between(before.items, after)
            if one.change is amendments.ChangeKind.ADDED and one.item.parent is None
        )
        items += [content.WrittenItem(one, is_second_source=False) for one in added]
    return version, tuple(items)


def _amendment(at: AtFrame, changes: tuple[amendments.Add, ...]) -> amendments.Amendment:
    part = f".{at.frame.part}" if at.frame.part else ""
    return amendments.Amendment(
        changes,
        amendments.AmendmentReason.NEW_INFORMATION,
        "Read from an old record: back record conversion.",
        amendments.SourceKind.DOCUMENT,
        f"{at.lot.label}, frame {at.frame.number}{part}",
    )


def _compared(
    at: AtFrame, items: Items, settled: SettledForm
) -> tuple[tuple[amendments.Add, ...], tuple[str, ...]]:
    """Return the items missing from the record, and the ids of those that it already holds."""
    today = office_day(at.now)
    sentence = sentence_of(settled.codes)
    coded = content.Coded(settled.form, settled.codes, sentence)
    changes: list[amendments.Add] = []
    confirmed: list[str] = []
    offered = numbered_items(content.details_of_form(settled.form)).held
    for item in offered:
        held = _held(items, item)
        if held is not None:
            confirmed.append(held.item_id)
        elif _may_add(items, item):
            changes.append(amendments.Add(item.kind, item.value))
    conviction = content.conviction_of(coded, recorded_on=today)
    same = _same_event(items, conviction)
    if same is None:
        changes.append(amendments.Add(ItemKind.CONVICTION, conviction))
    else:
        confirmed.append(same.item_id)
    return tuple(changes), tuple(dict.fromkeys(confirmed))


def _held(items: Items, offered: Item) -> Item | None:
    return next(
        (
            item
            for item in items.held
            if item.kind is offered.kind and _plain(item.value) == _plain(offered.value)
        ),
        None,
    )


def _plain(value: ItemValue) -> object:
    if isinstance(value, PersonName):
        return folded(value.display)
    return folded(value) if isinstance(value, str) else value


_ONE_WILL_DO = SINGLE | {ItemKind.DATE_OF_BIRTH}
"""Kinds of item that a frame does not add if the record already has one."""


def _may_add(items: Items, offered: Item) -> bool:
    if offered.kind not in _ONE_WILL_DO:
        return True
    return all(item.kind is not offered.kind for item in items.held)


def _same_event(items: Items, conviction: Conviction) -> Item | None:
    return next(
        (
            item
            for item in items.held
            if isinstance(item.value, Conviction) and content.is_same_event(item.value, conviction)
        ),
        None,
    )


def record_sources(
    services: StoreServices, caller: Caller, record_id: RecordId
) -> tuple[content.ItemSource, ...]:
    """Return the frames that items of a record come from, with the people who read them.

    Raises NotPermittedError, NotFoundError (no such record, or its person is hidden).
    """
    with services.reading(caller, Scope.READ_CONVERSION) as unit:
        existing(unit.people.record(record_id))
        sources = unit.conversion_writings.sources(record_id)
    frames = (one.frame_id for one in sources)
    look(services, caller, LookKind.SOURCES, (record_id, *frames))
    return sources
