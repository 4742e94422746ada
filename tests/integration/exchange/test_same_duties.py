"""Sender and register agree on every history, though they share nothing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from service.storage.database import Database
from tests.formats import FORMAT
from tests.integration.exchange.offices import GBR, Clock, Wire, conviction, office
from tests.integration.exchange.test_duties import queued

_nationalities = st.lists(st.sampled_from(["GBR", "POL", "ROU", "USA"]), unique=True, max_size=3)
_convictions = st.lists(st.sampled_from(["", "first", "second"]), max_size=2)
_versions = st.lists(st.tuples(_nationalities, _convictions), min_size=1, max_size=4)


@given(_versions)
@settings(max_examples=12)
def test_what_the_register_requires_is_what_the_sender_queues(
    sqlite_template: Path, versions: Sequence[tuple[list[str], list[str]]]
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / "ours.db"
        shutil.copyfile(sqlite_template, copy)
        database = Database(f"sqlite:///{copy}", codec=FORMAT.codec)
        ours = office(database.units_of_work(), GBR, Wire(), Clock())
        record = None
        for nationalities, references in versions:
            held = [conviction(proceedings=one) for one in references]
            if record is None:
                record = ours.record(1, nationalities, *held)
            else:
                ours.amend(record, nationalities, *held)
        required = {
            (one.key.item_id, one.key.version, one.key.state, one.due_on.isoformat())
            for one in ours.reconcile().pending
            if one.key.state != "USA"
        }
        ours.survey()
        made = queued(ours)
        keys = set()
        with ours.services.units.read() as unit:
            for due_on, message in made:
                (row,) = unit.outbox.duties([message.message_id]).values()
                keys.add((row.item_id, row.version, row.state, due_on))
        assert keys == required
        assert len(made) == len(keys)
        database.close()
