"""The events of an agency, from its agreement to the result of a prosecution."""

from __future__ import annotations

from collections.abc import Iterator

from domain.agencies.agencies import AgreementStanding, ResultFate
from domain.agencies.matters import MatterSource, MatterState
from domain.events.agencies import (
    AgencyMemberNamed,
    AgreementMade,
    AsnIssued,
    AsnResultAttached,
    AsnResultReceived,
    MatterReceived,
    MatterStepped,
)
from domain.events.declaring import Event
from domain.events.people import DisputeOpened, DisputeStepped, NumberIssued, OffenceTableInstalled
from domain.ids import PersonId, RecordId, RequestId, UserId
from domain.people.disputes import DisputeCause, DisputeState
from domain.people.identifiers import NumberKind


def agency_events() -> Iterator[Event]:
    """Yield one event of each type."""
    yield AgreementMade("HARB", 1, AgreementStanding.AGREED)
    yield AgencyMemberNamed(UserId("agency-harb"), "HARB")
    yield NumberIssued("number-1", RecordId("record-1"), PersonId("person-1"), NumberKind.PNC)
    yield OffenceTableInstalled("table-1", 1, "0" * 64, 2)
    yield AsnIssued(RequestId("request-3"), "HARB")
    yield AsnResultReceived("result-1", ResultFate.MATCHED, RequestId("request-3"))
    yield AsnResultAttached(
        RequestId("request-3"), RecordId("record-1"), PersonId("person-1"), version=2
    )
    yield MatterReceived("matter-1", MatterSource.COURT)
    yield MatterStepped(
        *("matter-1", 1, MatterState.ATTACHED, RecordId("record-1"), PersonId("person-1"), 2)
    )
    yield DisputeOpened(
        *("dispute-1", PersonId("person-1"), RecordId("record-1"), "conviction-1"),
        DisputeCause.PARTING,
        PersonId("person-2"),
        RequestId("request-3"),
        "merge-1",
    )
    yield DisputeStepped("dispute-1", 1, DisputeState.PROPOSED_THEIRS)
