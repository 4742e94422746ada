"""Random domain values."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
from hypothesis import strategies as st

from domain.errors import InvalidDateError
from domain.ids import ForceCode
from domain.people.people import (
    Address,
    ArrestReport,
    Details,
    Disposal,
    DisposalType,
    DocumentKind,
    IdentityDocument,
    Nationality,
    Offence,
    Parent,
    ParentKind,
    PartialDate,
    PersonName,
    PreviousName,
    Sex,
)
from domain.prints.prints import (
    FingerPosition,
    Impression,
    ImpressionType,
)
from domain.searches.evidence import Band, Evidence, EvidenceRow, EvidenceSource, Flag, RaisedFlag
from prints.vectors.comparing import unit_vector
from tests.formats import FORMAT

# Lone surrogates are not text: every edge refuses them.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
moments = st.datetimes(
    datetime(1900, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
days = st.dates(date(1900, 1, 1), date(2200, 1, 1))


def _partial(year: int | None, month: int | None, day: int | None) -> PartialDate | None:
    try:
        return PartialDate(year, month, day)
    except InvalidDateError:
        return None


partial_dates = st.builds(
    _partial,
    st.none() | st.integers(1850, 2150),
    st.none() | st.integers(1, 12),
    st.none() | st.integers(1, 31),
).filter(lambda found: found is not None)


def _tuples(of: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(of, max_size=3).map(tuple)


details = st.builds(
    Details,
    names=_tuples(st.builds(PersonName, texts, texts, texts)),
    dates_of_birth=_tuples(partial_dates),
    sex=st.none() | st.sampled_from(Sex),
    place_of_birth=texts,
    nationalities=_tuples(
        st.builds(Nationality, texts, texts, st.none() | partial_dates, st.none() | partial_dates)
    ),
    addresses=_tuples(st.builds(Address, texts, texts, texts)),
    pnc_ids=_tuples(texts),
    cro_numbers=_tuples(texts),
    previous_names=_tuples(
        st.builds(
            PreviousName, st.builds(PersonName, texts, texts, texts), st.none() | partial_dates
        )
    ),
    parents=_tuples(
        st.builds(Parent, st.sampled_from(ParentKind), st.builds(PersonName, texts, texts, texts))
    ),
    documents=_tuples(
        st.builds(IdentityDocument, st.sampled_from(DocumentKind), texts, texts, st.none() | days)
    ),
)
disposals = st.builds(Disposal, st.sampled_from(DisposalType), days, texts)
offences = st.builds(Offence, texts, texts, st.booleans(), days, _tuples(disposals))
reports = _tuples(
    st.builds(ArrestReport, texts, st.just(ForceCode("01")), days, _tuples(offences))
)
bits = st.floats(-1e6, 1e6)
evidence = st.builds(
    Evidence,
    rows=_tuples(st.builds(EvidenceRow, st.sampled_from(EvidenceSource), texts, bits, texts)),
    posterior=st.floats(0, 1),
    band=st.sampled_from(Band),
    flags=_tuples(st.builds(RaisedFlag, st.sampled_from(Flag), texts)),
)


def _impression(position: int, kind: ImpressionType, quality: int, seed: int) -> Impression:
    values = np.random.default_rng(seed).standard_normal(192)
    vector = unit_vector(values, FORMAT.template)
    return Impression(FingerPosition(position), kind, quality, vector, FORMAT.template)


impressions = st.lists(
    st.builds(
        _impression,
        st.integers(0, 10),
        st.sampled_from(ImpressionType),
        st.integers(0, 100),
        st.integers(0, 2**32),
    ),
    max_size=12,
).map(tuple)
