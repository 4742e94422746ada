"""The benchmark of conversion: its simulated people err as stated, and its plan holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.conversion import bad_lots, main
from benchmarks.converting.office import EQUAL_SLIPS, FIELD_ERROR, Truth
from benchmarks.converting.working import judged
from domain.conversion.acceptance import counts_within
from domain.conversion.content import is_stated
from domain.conversion.form import FormField, differing
from domain.conversion.frames import MatchOutcome
from domain.ids import CandidateId, ForceCode, RecordId
from domain.people.people import Details, PersonName
from domain.searches.evidence import Band
from service.usecases.requests.doubts import NamedPerson


def test_keyers_err_and_slip_alike_as_often_as_stated() -> None:
    truth, frames = Truth(3_000, 1), range(3_000)

    forms = [(truth.form(n), truth.keyed(n, 0), truth.keyed(n, 1)) for n in frames]
    errors = sum(len(differing(true, first)) for true, first, _ in forms)
    both = alike = 0
    for true, first, second in forms:
        wrong = set(differing(true, first)) & set(differing(true, second))
        both += len(wrong)
        alike += len(wrong - set(differing(first, second)))

    fields = len(frames) * len(FormField)
    low, high = counts_within(fields, FIELD_ERROR)
    assert low <= errors <= high
    low, high = counts_within(fields, FIELD_ERROR**2)
    assert low <= both <= high
    low, high = counts_within(max(1, both), EQUAL_SLIPS)
    assert low <= alike <= high


def test_every_true_form_can_be_written_and_no_two_tell_of_one_event() -> None:
    truth = Truth(400, 2)
    seen = set()

    for frame in range(400):
        form = truth.form(frame)
        assert is_stated(form)
        seen.add((truth.person_of(frame).number, form[FormField.CONVICTED_ON].text))

    assert len(seen) == 400


def candidate(name: str, **details: object) -> NamedPerson:
    held = Details(names=(PersonName("Ann", "Grey"),), **details)  # type: ignore[arg-type]  # of details
    return NamedPerson(CandidateId(name), Band.POSSIBLE, ForceCode("01"), RecordId(name), held, 0)


def test_a_simulated_reconciler_needs_the_number_and_tells_no_twins_apart() -> None:
    said = Details(names=(PersonName("Ann", "Grey"),), cro_numbers=("065656/91H",))

    same = candidate("a", cro_numbers=("065656/91H",))
    assert judged(said, [same]) == (MatchOutcome.EXISTING, "a")
    assert judged(said, [same, candidate("b", cro_numbers=("065656/91H",))])[0] is (
        MatchOutcome.CANNOT_TELL
    )
    assert judged(said, []) == (MatchOutcome.NEW, None)


def test_a_bad_lot_passes_no_oftener_than_its_plan_says() -> None:
    passes, by_plan, at_most = bad_lots(seed=3, lots=1_000)

    assert passes <= at_most
    assert by_plan <= 0.10


@pytest.mark.slow
def test_frames_survive_killed_processes(tmp_path: Path) -> None:
    told = tmp_path / "figures.json"

    assert main(["--frames", "60", "--kills", "3", "--json", str(told)]) == 0

    figures = json.loads(told.read_text())
    assert figures["lost"] == figures["doubled"] == 0
    assert figures["kills"] >= 1
    assert figures["attached_on_details_alone"] == 0
