"""Probe and evidence payloads lose nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given

from domain.errors import VaultDamagedError
from domain.people.people import Details
from domain.prints.prints import Impression
from domain.searches.evidence import Band, Evidence
from domain.searches.searches import CountedWord, CountedWords, Probe
from domain.searches.strangers import OwnStrangers, Strangers
from service.storage.searches.search_bodies import (
    evidence_body,
    probe_body,
    read_evidence_body,
    read_probe_body,
)
from tests.contract.builders import NOON, probe
from tests.contract.comparing import are_identical
from tests.formats import FORMAT
from tests.unit.service.storage import strategies

CODEC = FORMAT.codec


@given(strategies.impressions, strategies.details, strategies.moments)
def test_a_probe_reads_back_to_the_last_bit(
    impressions: tuple[Impression, ...], details: Details, at: datetime
) -> None:
    found = read_probe_body(CODEC, probe_body(CODEC, Probe(impressions, details), at))

    assert are_identical(found.impressions, impressions)
    assert found.details == details


def test_the_strangers_of_a_probe_read_back_and_old_probes_have_none() -> None:
    asked = probe()
    strangers = Strangers(512, tuple(range(-5, 5)), (1100,) * 9 + (0,))
    for measured in (None, strangers):
        body = probe_body(CODEC, replace(asked, strangers=measured), NOON)
        assert read_probe_body(CODEC, body).strangers == measured


def test_what_is_taken_off_reads_back_exactly_and_old_probes_have_nothing() -> None:
    asked, rng = probe(), np.random.default_rng(1)
    directions = rng.integers(-127, 128, (10, 16)).astype(np.int8)
    measured = OwnStrangers(directions, tuple(range(10)), (900_000,) * 10)
    for own in (None, measured):
        found = read_probe_body(CODEC, probe_body(CODEC, replace(asked, own=own), NOON))
        assert (found.own is None) == (own is None)
        assert found.own is None or found.own.data == measured.data


def test_the_counted_words_of_an_enquiry_read_back_and_old_enquiries_have_none() -> None:
    asked = probe()
    counted = CountedWords(9_000, (CountedWord("SMITH", (90, 0, 3, 0, 0, 1, 0), 700),))
    for words in (None, counted):
        body = probe_body(CODEC, replace(asked, words=words), NOON)
        found = read_probe_body(CODEC, body)
        assert found.words == words
        assert found.details == asked.details


@given(strategies.evidence)
def test_evidence_reads_back_equal_and_sums_to_the_same_bit(stored: Evidence) -> None:
    found = read_evidence_body(evidence_body(stored), posterior=stored.posterior, band=stored.band)

    assert found == stored
    assert found.total_bits == stored.total_bits


def test_of_erased_evidence_the_verdict_is_left() -> None:
    found = read_evidence_body(None, posterior=0.5, band=Band.POSSIBLE)

    assert found == Evidence((), 0.5, Band.POSSIBLE)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"rows":[[1]],"flags":[]}', b"\xff"])
def test_malformed_evidence_is_damaged(body: bytes) -> None:
    with pytest.raises(VaultDamagedError):
        read_evidence_body(body, posterior=0.5, band=Band.POSSIBLE)


@pytest.mark.parametrize("length", [0, 3, 4, 50, 5_000])
def test_a_probe_that_was_cut_is_damaged(length: int) -> None:
    body = probe_body(CODEC, probe(), NOON)

    with pytest.raises(VaultDamagedError):
        read_probe_body(CODEC, body[:length])
