"""Who a person is, as claims: none overwrites another, and each keeps its source."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from domain.ids import ForceCode, PersonId, RecordId, UserId
from domain.people.amending import amended
from domain.people.amendments import (
    AmendmentReason,
    Change,
    RecordVersion,
    SourceKind,
    VersionHead,
    Withdraw,
)
from domain.people.claims import WITHHELD, ClaimEnd, claims_of, new_claims
from domain.people.items import ItemId, Items, details_of, numbered_items
from domain.people.people import Address, Details, Nationality, PersonName, Sex

OSWIN = Details(names=(PersonName("Oswin", "Trelawney"),))
TODAY = date(2026, 11, 30)


def _version(number: int, items: Items, words: str = "") -> RecordVersion:
    is_amended = number > 1
    head = VersionHead(
        RecordId("record-1"),
        PersonId("person-1"),
        ForceCode("89"),
        number,
        is_live=False,
        reason=AmendmentReason.COURT_RESULT if is_amended else None,
        source=SourceKind.COURT if is_amended else None,
        amended_by=UserId("officer-a") if is_amended else None,
        amended_at=datetime(2026, number, 1, tzinfo=UTC) if is_amended else None,
    )
    return RecordVersion(head, items, words, f"source {number}" if is_amended else "")


def _versions(*steps: tuple[Change, ...]) -> list[RecordVersion]:
    items = numbered_items(OSWIN)
    found = [_version(1, items)]
    for number, changes in enumerate(steps, 2):
        items = amended(items, changes, today=TODAY)
        found.append(_version(number, items, f"reason {number}"))
    return found


def test_each_claim_keeps_its_source_and_a_withdrawn_one_its_reason() -> None:
    said = Details(names=(PersonName("Osvin", "Trelawney"),), sex=Sex.MALE)
    added = new_claims(numbered_items(OSWIN), said)
    claims = claims_of(_versions(added, (Withdraw(ItemId("name-2")),)))

    told = {one.item.value: (one.source, one.reference, one.on, one.end) for one in claims}
    by_court = ("court", "source 2", date(2026, 2, 1))
    assert told == {
        PersonName("Oswin", "Trelawney"): ("force 89", "", None, None),
        Sex.MALE: (*by_court, None),
        PersonName("Osvin", "Trelawney"): (*by_court, ClaimEnd.WITHDRAWN),
    }
    (withdrawn,) = (one for one in claims if one.end)
    assert (withdrawn.reason, withdrawn.ended_on) == ("reason 3", date(2026, 3, 1))


def test_what_came_with_a_version_that_is_withheld_names_no_source() -> None:
    said = Details(nationalities=(Nationality("IRL"),))
    first, second = _versions(new_claims(numbered_items(OSWIN), said))
    claims = claims_of([second])

    assert {one.source for one in claims} == {WITHHELD}
    assert {one.reference for one in claims} == {""}
    assert {one.source for one in claims_of([first, second])} == {"force 89", "court"}


_NAMES = st.builds(
    PersonName,
    st.sampled_from(["Oswin", "OSWIN", " Oswin ", "Osvin", ""]),
    st.sampled_from(["Trelawney", "trelawney", "Smith"]),
)
_SAID = st.builds(
    Details,
    names=st.lists(_NAMES, max_size=4).map(tuple),
    sex=st.sampled_from([None, Sex.MALE, Sex.FEMALE]),
    place_of_birth=st.sampled_from(["", "Leeds"]),
    nationalities=st.lists(st.sampled_from(["GBR", "POL"]).map(Nationality)).map(tuple),
    addresses=st.lists(
        st.builds(Address, st.sampled_from(["1 High Street", "1 HIGH STREET", "2 Low Road"]))
    ).map(tuple),
)


@given(st.lists(_SAID, min_size=1, max_size=5))
def test_nothing_that_was_on_record_goes_and_nothing_is_told_twice(told: list[Details]) -> None:
    items = numbered_items(OSWIN)
    for said in told:
        before = items.held
        changes = new_claims(items, said)
        items = amended(items, changes, today=TODAY) if changes else items
        assert set(before) <= set(items.held)
        assert new_claims(items, said) == ()
    held = details_of(items.held)
    alike = [" ".join(one.display.casefold().split()) for one in held.names]
    assert len(alike) == len(set(alike))
    said_names = {" ".join(n.display.casefold().split()) for said in told for n in said.names}
    assert said_names <= set(alike)
    assert {one for said in told for one in said.nationalities} <= set(held.nationalities)
