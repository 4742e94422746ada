"""Records completed by particulars and convictions, from draws of their own.

Earlier draws stay as they were: the streams of these draws are apart from all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data.synthetic.convictions import DRAWS_EACH as CONVICTION_DRAWS
from data.synthetic.convictions import convictions_of
from data.synthetic.counters import Draws, Purpose, Stream, uniforms
from data.synthetic.facts import PersonFacts
from data.synthetic.particulars import DRAWS_EACH as PARTICULAR_DRAWS
from data.synthetic.particulars import with_particulars
from data.synthetic.people import People
from domain.people import Record


def completed(
    seed: int, people: People, start: int, records: Sequence[Record | None]
) -> list[Record | None]:
    """Return the records of persons from `start` on with particulars and convictions."""
    stop = start + len(records)
    particulars = Stream(seed, Purpose.PARTICULARS, PARTICULAR_DRAWS).words(start, stop)
    convictions = Stream(seed, Purpose.CONVICTIONS, CONVICTION_DRAWS).words(start, stop)
    rows = zip(
        records,
        people.facts[start - people.start :],
        uniforms(particulars).tolist(),
        uniforms(convictions).tolist(),
        strict=False,
    )
    return [
        None if record is None else _completed(record, facts, Draws(said), Draws(done))
        for record, facts, said, done in rows
    ]


def _completed(record: Record, facts: PersonFacts, said: Draws, done: Draws) -> Record:
    details = with_particulars(record.details, facts, said)
    found = convictions_of(record.arrest_reports, details.nationalities, facts.birth_day, done)
    return replace(record, details=details, convictions=found)
