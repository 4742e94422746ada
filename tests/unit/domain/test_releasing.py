"""What may leave: no path leads a restricted item out."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import DisclosureId, RecordId, RequestId
from domain.people.convictions import (
    ConvictedOffence,
    Conviction,
    ConvictionVersion,
    Court,
    DecisionChange,
    InformationSource,
    LaterDecision,
    Source,
)
from domain.requests.disclosures import Disclosure, Form
from domain.requests.releasing import (
    Destination,
    HeldBack,
    HeldConviction,
    HoldBack,
    Releasable,
    release,
)
from domain.requests.requests import Party, PartyKind, ReplyOutcome
from domain.restrictions import Restrictions, Transmittable, UsePurpose

COURT = Court("A court")
ON = date(2026, 3, 2)

restrictions = st.builds(
    Restrictions,
    st.sampled_from(Transmittable),
    st.frozensets(st.sampled_from(UsePurpose), max_size=3),
    st.none() | st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    st.booleans(),
)
parties = st.one_of(
    st.builds(Party, st.just(PartyKind.STATE), st.sampled_from(("POL", "DEU"))),
    st.builds(Party, st.just(PartyKind.FORCE), st.sampled_from(("01", "89"))),
    st.just(Party(PartyKind.PERSON)),
)
sources = st.one_of(
    st.just(Source(InformationSource.COURT)),
    st.builds(Source, st.just(InformationSource.OTHER_STATE), st.sampled_from(("POL", "DEU"))),
)


@st.composite
def held_ones(draw: st.DrawFn) -> HeldConviction:
    later = LaterDecision(DecisionChange.QUASHED, ON, COURT, deletes=True)
    conviction = Conviction(
        COURT,
        date(2024, 1, 1),
        (ConvictedOffence("X", "Theft"),),
        source=draw(sources),
        restrictions=draw(restrictions),
        decisions=(later,) if draw(st.booleans()) else (),
    )
    number = draw(st.integers(1, 3))
    ref = ConvictionVersion(RecordId("record"), f"conviction-{number}", 1)
    return HeldConviction(ref, conviction)


destinations = st.builds(
    Destination,
    parties,
    st.sampled_from(UsePurpose),
    st.dates(date(2025, 1, 1), date(2027, 1, 1)),
)


@given(held=held_ones(), to=destinations)
def test_nothing_leaves_against_its_restriction(held: HeldConviction, to: Destination) -> None:
    limits, source = held.conviction.restrictions, held.conviction.source
    verdict = release(held, to)

    if isinstance(verdict, HeldBack):
        return
    is_own = (to.recipient.kind, to.recipient.code) == (PartyKind.STATE, source.name)
    assert held.conviction.stands
    assert limits.retention_end is None or to.on <= limits.retention_end
    if not is_own:
        assert limits.transmittable is Transmittable.YES
        assert not limits.needs_leave
        is_threat = to.purpose is UsePurpose.IMMEDIATE_THREAT
        assert is_threat or not limits.purposes or to.purpose in limits.purposes


@given(held=held_ones(), to=destinations, other=destinations)
def test_an_item_for_one_destination_enters_no_disclosure_to_another(
    held: HeldConviction, to: Destination, other: Destination
) -> None:
    verdict = release(held, to)
    if isinstance(verdict, HeldBack) or _same(to, other):
        return

    with pytest.raises(ValueError, match="a different recipient or purpose"):
        _disclosure(other, verdict)


@given(held=held_ones(), to=destinations)
def test_only_one_function_makes_a_releasable(held: HeldConviction, to: Destination) -> None:
    with pytest.raises(TypeError):
        Releasable(held, to)
    verdict = release(held, to)
    if isinstance(verdict, Releasable):
        with pytest.raises((TypeError, ValueError)):
            replace(verdict, held=held)
        assert copy.copy(verdict) == verdict


def test_only_an_answer_with_information_carries_items() -> None:
    held = HeldConviction(
        ConvictionVersion(RecordId("record"), "conviction-1", 1),
        Conviction(COURT, date(2024, 1, 1), (ConvictedOffence("X", "Theft"),)),
    )
    to = Destination(Party(PartyKind.STATE, "POL"), UsePurpose.CRIMINAL_PROCEEDINGS, ON)
    verdict = release(held, to)
    assert isinstance(verdict, Releasable)

    with pytest.raises(ValueError, match="must not contain items"):
        _disclosure(to, verdict, ReplyOutcome.NO_RECORD)


def test_a_state_is_named_where_its_purposes_are_the_limit() -> None:
    limits = Restrictions(purposes=frozenset({UsePurpose.CRIMINAL_PROCEEDINGS}))
    held = HeldConviction(
        ConvictionVersion(RecordId("record"), "conviction-1", 1),
        Conviction(
            COURT,
            date(2024, 1, 1),
            (ConvictedOffence("X", "Theft"),),
            source=Source(InformationSource.OTHER_STATE, "POL"),
            restrictions=limits,
        ),
    )
    to = Destination(Party(PartyKind.AGENCY, "DBS"), UsePurpose.EMPLOYMENT, ON)

    verdict = release(held, to)

    assert isinstance(verdict, HeldBack)
    assert (verdict.reason, verdict.ask_state) == (HoldBack.OTHER_PURPOSE, "POL")
    theirs = replace(held.conviction, court=Court("Tribunal", country="FRA"))
    second_hand = release(replace(held, conviction=theirs), to)
    assert isinstance(second_hand, HeldBack)
    assert second_hand.ask_state == "FRA"
    to_themselves = replace(to, recipient=Party(PartyKind.PERSON))
    verdict = release(held, to_themselves)
    assert isinstance(verdict, HeldBack)
    assert verdict.ask_state == ""


def _same(to: Destination, other: Destination) -> bool:
    return (to.recipient, to.purpose) == (other.recipient, other.purpose)


def _disclosure(
    to: Destination, item: Releasable, outcome: ReplyOutcome = ReplyOutcome.INFORMATION
) -> Disclosure:
    return Disclosure(
        DisclosureId("d"),
        RequestId("r"),
        to.recipient,
        to.purpose,
        Form.LETTER,
        outcome,
        (item,),
    )
