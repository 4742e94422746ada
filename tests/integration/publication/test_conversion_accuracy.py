"""The accuracy of conversion in the audit pack: as the samplers read it, errors put in apart."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.ids import UserId
from service.usecases.publication.audit import AuditQuestion, ConversionAccuracy, gather
from service.web.publication.site import pack_files
from tests.integration.api.driver import World
from tests.integration.conversion.working import TEXTS, Roll

_AUDITOR = Caller(
    Actor(UserId("auditor"), Role.AUDITOR, None, ROLE_SCOPES[Role.AUDITOR]), Purpose.AUDIT
)


def _question(world: World, days_ago: int = 0) -> AuditQuestion:
    day = world.services.today() - timedelta(days=days_ago)
    return AuditQuestion(day, day + timedelta(days=0 if days_ago else 1), seed=1)


def _told(world: World, days_ago: int = 0) -> ConversionAccuracy:
    return gather(world.services, _AUDITOR, _question(world, days_ago)).conversion


def _decided(world: World, label: str, number: int, **texts: Any) -> str:
    """Convert a lot of one frame, sample it against the truth, and decide it."""
    roll = Roll(world, label)
    frame = roll.scan(number)
    roll.key_twice(frame, **texts)
    roll.search(frame)
    roll.propose(frame, outcome="cannot tell", words="Nothing tells these people apart.")
    assert roll.agree(frame) == "unattached"
    roll.draw()
    roll.read_sample(TEXTS)
    return roll.verdict()


def test_every_reading_is_counted_once_by_verdict_and_class(world: World) -> None:
    none = _told(world)
    assert _decided(world, "GOOD", 1) == "accepted"
    assert _decided(world, "BAD", 2, surname="Gray", born_at="Leads") == "rejected"

    found = _told(world)

    assert none == ConversionAccuracy((), (), 0, 0)
    assert dict(found.lots) == {"accepted": 1, "rejected": 1}
    # A frame has four critical fields, six major ones and two minor ones: all are read.
    assert {
        (one.verdict.value, one.error_class.value): (one.read, one.errors) for one in found.classes
    } == {
        ("accepted", "critical"): (4, 0),
        ("accepted", "major"): (6, 0),
        ("accepted", "minor"): (2, 0),
        ("rejected", "critical"): (4, 1),
        ("rejected", "major"): (6, 0),
        ("rejected", "minor"): (2, 1),
    }
    assert all(one.low <= one.errors / one.read <= one.high for one in found.classes)
    assert found.found == found.seeded == 10


def test_a_lot_decided_in_another_time_is_not_counted(sqlite_world: World) -> None:
    assert _decided(sqlite_world, "GOOD", 1) == "accepted"

    assert _told(sqlite_world, days_ago=1) == ConversionAccuracy((), (), 0, 0)
    assert _told(sqlite_world).lots == (("accepted", 1),)


def test_the_pack_tells_it_as_page_csv_and_json(sqlite_world: World) -> None:
    assert _decided(sqlite_world, "BAD", 1, surname="Gray") == "rejected"

    files = pack_files(gather(sqlite_world.services, _AUDITOR, _question(sqlite_world)), b"note")

    told = json.loads(files["pack.json"])
    rows = files["conversion-accuracy.csv"].decode().splitlines()
    assert rows[0] == "verdict,class of error,fields read,errors,share from,share to"
    assert rows[1].startswith("rejected,critical,4,1,0.0063")
    assert told["converted-lots"] == [{"verdict": "rejected", "lots": 1}]
    assert told["samplers"] == [{"errors put in": 5, "found": 5}]
    assert b"Gray" not in b"".join(files.values())
