"""What arrest reports say on a certificate: decided, open, or what nobody can read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.ids import ForceCode, PersonId, RecordId
from domain.people.convictions import ConvictedOffence, Conviction, Court
from domain.people.people import (
    ArrestReport,
    Details,
    Disposal,
    DisposalType,
    Offence,
    PartialDate,
    PersonName,
    Record,
)
from domain.requests.certificates import PendingMatter
from domain.retention.disclosure import OPEN, why_not
from service.usecases.requests.matters import Matters, matters_of

ON = date(2026, 12, 2)
ASN = "2401010000000000001X"
DUMMY = "0800NP0100000000001H"
DETAILS = Details((PersonName("Ann", "Lee"),), (PartialDate(1984, 7, 3),))


def step(kind: DisposalType, on: str) -> Disposal:
    return Disposal(kind, date.fromisoformat(on))


def reported(*steps: Disposal, asn: str = ASN) -> ArrestReport:
    offence = Offence("TH68001", "Theft", True, date(2024, 3, 3), steps)
    return ArrestReport(asn, ForceCode("01"), date(2024, 3, 4), (offence,))


def stated(*reports: ArrestReport, convictions: tuple[Conviction, ...] = ()) -> Matters:
    record = Record(RecordId("r"), PersonId("p"), ForceCode("01"), DETAILS, reports, convictions)
    return matters_of((record,), DETAILS, ON)


@pytest.mark.parametrize(
    "decided",
    [
        DisposalType.NO_FURTHER_ACTION,
        DisposalType.PENALTY_NOTICE,
        DisposalType.ACQUITTED,
        DisposalType.CAUTIONED,
    ],
)
def test_a_charge_after_a_decision_is_open(decided: DisposalType) -> None:
    """An investigation may be taken up again, a penalty be unpaid, a trial be held again."""
    first, again = step(decided, "2024-05-01"), step(DisposalType.CHARGED, "2025-06-01")

    before, after = stated(reported(first)), stated(reported(again, first))

    assert before.pending == ()
    assert after == replace(before, pending=(PendingMatter(date(2025, 6, 1), "Theft", "charged"),))


def test_an_open_matter_is_open_since_its_first_step() -> None:
    charged, adjourned = (
        step(DisposalType.CHARGED, "2024-05-01"),
        step(DisposalType.SINE_DIE, "2024-09-01"),
    )

    assert stated(reported(charged, adjourned)).pending[0].since == date(2024, 5, 1)
    assert stated(reported()).pending == (
        PendingMatter(date(2024, 3, 4), "Theft", "under investigation"),
    )


def test_steps_of_one_day_count_as_they_are_listed() -> None:
    day = "2024-05-01"
    charged, ended = step(DisposalType.CHARGED, day), step(DisposalType.NO_FURTHER_ACTION, day)

    assert stated(reported(charged, ended)) == Matters()
    assert why_not(reported(charged, ended)) == ""
    assert stated(reported(ended, charged)).pending != ()
    assert why_not(reported(ended, charged)) == OPEN


def test_a_dummy_number_does_not_say_which_arrest_led_to_a_conviction() -> None:
    """A second arrest without a number would pass as the one whose conviction is known."""
    convicted = step(DisposalType.CONVICTED, "2024-05-01")
    theft = Conviction(
        Court("Leeds"), date(2024, 5, 1), (ConvictedOffence("TH68001", "Theft"),), asn=ASN
    )

    assert not stated(reported(convicted), convictions=(theft,)).is_unread
    assert stated(
        reported(convicted, asn=DUMMY), convictions=(replace(theft, asn=DUMMY),)
    ).is_unread


def test_a_second_conviction_of_an_arrest_is_unread_until_an_item_tells_it() -> None:
    """Otherwise a certificate that says "everything that is held" would leave it out."""
    convicted = step(DisposalType.CONVICTED, "2024-05-01")
    report = reported(convicted)
    both = replace(report, offences=(*report.offences, *report.offences))
    theft = ConvictedOffence("TH68001", "Theft")
    one = Conviction(Court("Leeds"), date(2024, 5, 1), (theft,), asn=ASN)

    assert stated(both, convictions=(one,)).is_unread
    assert not stated(both, convictions=(one, one)).is_unread
    assert not stated(both, convictions=(replace(one, offences=(theft, theft)),)).is_unread
