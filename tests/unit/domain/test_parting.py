"""Whose matter it is once one person is two: by number, prints or source, and never by name."""

from __future__ import annotations

from datetime import date

import pytest

from domain.ids import ForceCode, RecordId
from domain.people.convictions import ConvictedOffence, Conviction, Court
from domain.people.disputes import Evidence, Known, homes_of, known_in
from domain.people.items import Items, numbered_items
from domain.people.people import ArrestReport, Details

HERE = RecordId("record-1")
DAY = date(2026, 1, 11)
NOTHING = Items((), ())
THEFT = ConvictedOffence("TH68010", "Theft from a shop")
REPORT = ArrestReport("2605CJ0000000000123G", ForceCode("01"), DAY, ())
SENTENCED = Conviction(Court("Leeds"), DAY, (THEFT,), (), reference="7/24")
BY_ASN = known_in(numbered_items(Details(), (REPORT,)))
BY_PRINTS = Known(arrests=frozenset({("01", DAY)}))
BY_FACT = Known(named=frozenset({"record-1.arrest-report-1"}))
BY_SOURCE = known_in(numbered_items(Details(), (), (SENTENCED,)))


def _home(own: Known, other: Known, *reports: ArrestReport) -> tuple[bool, bool]:
    """Return whether the entries are in doubt, and whether they are the other person's."""
    convictions = () if reports else (SENTENCED,)
    now = numbered_items(Details(), reports, convictions)
    (home,) = homes_of(NOTHING, now, HERE, (own, other))
    return home.is_doubtful, home.is_elsewhere


@pytest.mark.parametrize("known", [BY_ASN, BY_PRINTS, BY_FACT], ids=["asn", "prints", "fact"])
def test_an_arrest_is_of_whom_its_evidence_names(known: Known) -> None:
    assert _home(known, Known(), REPORT) == (False, False)
    assert _home(Known(), known, REPORT) == (False, True)
    assert _home(known, known, REPORT) == (True, False)
    assert _home(Known(), Known(), REPORT) == (True, False)


def test_a_case_that_a_court_told_of_one_before_is_of_that_one() -> None:
    assert _home(BY_SOURCE, Known()) == (False, False)
    assert _home(Known(), BY_SOURCE) == (False, True)
    assert _home(Known(), Known()) == (True, False)


def test_prints_of_another_day_or_force_tell_nothing() -> None:
    for arrest in (("02", DAY), ("01", date(2026, 1, 12))):
        assert _home(Known(), Known(arrests=frozenset({arrest})), REPORT) == (True, False)


def test_evidence_that_contradicts_itself_decides_nothing() -> None:
    assert _home(BY_ASN, BY_PRINTS, REPORT) == (True, False)


def test_what_was_there_before_the_merge_stays_whatever_is_known_of_the_other() -> None:
    now = numbered_items(Details(), (REPORT,))
    assert homes_of(now, now, HERE, (Known(), BY_ASN)) == ()


def test_entries_under_one_number_go_together() -> None:
    convicted = Conviction(Court("Leeds"), DAY, (THEFT,), (), asn=REPORT.asn)
    now = numbered_items(Details(), (REPORT,), (convicted,))
    (home,) = homes_of(NOTHING, now, HERE, (Known(), BY_PRINTS))
    assert [one.item_id for one in home.entries] == ["arrest-report-1", "conviction-1"]
    assert (home.is_elsewhere, home.other) == (True, (Evidence.PRINTS,))
