"""Whether the matters of a person's arrest reports are still those that a person decided about.

Unlike convictions, no row says which matters a decision used. So they are read again from the
versions of the records that were live then.
"""

import json
from collections.abc import Iterator
from datetime import date
from itertools import chain

from domain.events.conversion import RecordBegun
from domain.events.people import Enrolled
from domain.events.requests import RequestStepped
from domain.people.people import Record
from domain.requests.requests import Entry, RequestFile
from rules.offence_codes import titled
from rules.step_down import step_down_rules
from service.storage.unit_of_work import UnitOfWork
from service.usecases.people.offence_tables import offence_table
from service.usecases.requests import assessing
from service.usecases.requests.kind import Kind
from service.usecases.requests.matters import matters_of

_BEGINNINGS = {Enrolled.event_type, RecordBegun.event_type}
"""The types of events that begin a record."""


def are_matters_changed(
    unit: UnitOfWork, file: RequestFile, kind: Kind, decision: Entry, *, on: date
) -> bool:
    """Whether arrest reports give other matters of a day now than at a decision on the request.

    A merge since then counts as a change. Only certificates state matters.
    """
    if not kind.is_certified or file.request.ask is None:
        return False
    merges = chain.from_iterable(map(unit.merges.about, assessing.people_of(unit, file)))
    if any(one.confirmed_at is not None and one.confirmed_at > decision.at for one in merges):
        return True
    known = (tuple(_records_at(unit, file, decision)), assessing.held_records(unit, file))
    asked, rules = file.request.ask.subject, step_down_rules(kind.rule_set)
    then, now = (matters_of(one, asked, on, rules) for one in known)
    return then != now


def _records_at(unit: UnitOfWork, file: RequestFile, decision: Entry) -> Iterator[Record]:
    """Yield the person's records as they were at a decision, with the present titles."""
    at, decided = decision.at, _place_of(unit, file, decision)
    for one in assessing.held_records(unit, file):
        begun = unit.events.about(one.record_id, _BEGINNINGS)
        # By number, because no event has a time before that of the last, whose clock may be wrong.
        if begun and begun[0].seq > decided:
            continue
        heads = unit.records.versions(one.record_id)
        version = max(head.version for head in heads if (head.amended_at or at) <= at)
        record = unit.people.record_version(one.record_id, version)
        if record is not None:
            yield from titled(offence_table(unit), (record,))


def _place_of(unit: UnitOfWork, file: RequestFile, decision: Entry) -> int:
    """Return the number of the event of a decision in the log."""
    steps = unit.events.about(file.request.request_id, {RequestStepped.event_type})
    return next(
        one.seq for one in steps if json.loads(one.body)["facts"]["number"] == decision.number
    )
