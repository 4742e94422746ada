"""A classifier that reads all that an examiner is told finds rank 1 and control items by chance.

The cases are those of generated people: real searches, and control items made from linked ones.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import binom
from sklearn.linear_model import LogisticRegression

from data.synthetic.population import Population, ProbePlan, make_probe
from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.examination.cases import Decision, DecisionKind, Outcome
from domain.ids import CandidateId, CaseId, DecisionId, EncounterId, ForceCode, UserId
from domain.prints.prints import Fingers
from domain.searches.searches import SearchType
from indexing.codes.batches import Gallery
from service.api.examination.cases import CaseAnswer, ExemplarAnswer
from service.storage.people.encounters import Placement
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.claiming import claim_case
from service.usecases.examination.competence import insert_control_items
from service.usecases.examination.conclusion import close
from service.usecases.examination.sealing import (
    SealAnalysis,
    SealComparison,
    seal_analysis,
    seal_comparison,
)
from service.usecases.examination.views import examiner_view, next_exemplar
from service.usecases.searches.searching import SubmitSearch, submit_search
from service.usecases.workbench import DeskPolicy
from tests.integration.web.driver import Office
from tests.integration.web.page_facts import Prints, SizedPrints, page_facts

pytestmark = pytest.mark.promise("blinding")

FORCE = Caller(
    Actor(UserId("custody"), Role.FORCE, ForceCode("01"), ROLE_SCOPES[Role.FORCE]), Purpose.ARREST
)
AT = datetime(2026, 1, 5, tzinfo=UTC)
Told = npt.NDArray[np.float64]
"""float64 (e, f): a row for each exemplar, in the order shown."""


@dataclass(slots=True)
class Bureau:
    """An office with generated people, some cases to work and half as many control items."""

    office: Office
    population: Population
    wanted: int
    """So many searches are linked, and so many worked, with half as many control items."""

    def search(self, *, capture: int) -> list[CaseId]:
        """Search with a capture of people drawn from all, and return the cases."""
        services, found = self.office.bench.services, list[CaseId]()
        people = np.random.default_rng(capture).permutation(3 * self.wanted).tolist()
        while len(found) < self.wanted:
            probe = make_probe(self.population, people.pop(), ProbePlan(capture=capture)).probe
            search_id = submit_search(services, SubmitSearch(FORCE, SearchType.TP_TP, probe))
            with services.units.read() as unit:
                case = unit.cases.of_search(search_id)
            found += [case.case_id] if case is not None else []
        return found

    def link(self, case_id: CaseId) -> None:
        """Close a case with a link to its first candidate, as two examiners had decided."""
        services = self.office.bench.services
        with services.units.write() as unit:
            case = unit.cases.get(case_id)
            assert case is not None
            first = unit.searches.candidates(case.search_id)[0]
            sealed = [_sealed(unit, case_id, first.candidate_id, who) for who in ("x", "y")]
            decided = replace(case, decisions=tuple(sealed))
            close(services, unit, FORCE, decided, agreeing=tuple(sealed))
            unit.commit()
        services.gallery.catch_up()

    def controls(self) -> list[CaseId]:
        """Insert control items, and return those of half as many probes as are wanted."""
        bench = replace(self.office.bench, desk=DeskPolicy(control_share=0.9))
        supervisor = self.office.supervisor().caller(self.office)
        by_probe: dict[EncounterId | None, CaseId] = {}
        while len(by_probe) < self.wanted // 2:
            made = insert_control_items(bench, supervisor, limit=self.wanted)
            with bench.services.units.read() as unit:
                cases = (unit.cases.get(case_id) for case_id in made)
                by_probe |= {
                    unit.images.searched_with(one.search_id): one.case_id for one in cases if one
                }
        return list(by_probe.values())[: self.wanted // 2]

    def told(self, case_id: CaseId) -> tuple[npt.NDArray[np.float64], Told]:
        """Return what an examiner is told of a case, and of each of its exemplars in turn.

        By the API, and by the pages with all that these load.
        """
        reader = self.office.examiner()
        services, examiner = self.office.bench.services, reader.caller(self.office)
        claim_case(services, examiner, case_id)
        prints: Prints = {}
        analysed = page_facts(reader, f"cases/{case_id}/analysis", prints)
        seal_analysis(services, SealAnalysis(examiner, case_id, is_of_value=True))
        case = CaseAnswer.of(examiner_view(services, examiner, case_id)).model_dump(mode="json")
        shown = []
        while (exemplar := next_exemplar(services, examiner, case_id)) is not None:
            answer = ExemplarAnswer.of(exemplar).model_dump(mode="json")
            paged = page_facts(reader, f"cases/{case_id}/comparison", prints)
            shown.append([*_exemplar(answer, case["probe"]), *paged])
            seal_comparison(
                services,
                SealComparison(
                    examiner, case_id, exemplar.label, Outcome.INSUFFICIENT, "Smudged."
                ),
            )
        exemplars = np.array(shown)
        counts = [len(shown), *exemplars.mean(0), *exemplars.min(0), *exemplars.max(0)]
        return np.array([*_probe(case), *analysed, *counts]), exemplars

    def is_rank_one(self, case_id: CaseId) -> npt.NDArray[np.bool_]:
        """Return, for each exemplar in the order shown, whether the search ranked it first."""
        with self.office.bench.services.units.read() as unit:
            seen = unit.cases.examination(case_id, self.office.examiner().user_id)
            assert seen is not None
            found = [unit.searches.candidate(candidate_id) for _, candidate_id in seen.order]
        return np.array([one is not None and one.rank == 1 for one in found])


def _sealed(unit: UnitOfWork, case_id: CaseId, found: CandidateId, who: str) -> Decision:
    decision = Decision(
        DecisionId(f"{case_id}-{who}"), case_id, UserId(who), DecisionKind.EXAMINATION,
        Outcome.IDENTIFIED, found, "Seen.", AT, 1, Fingers(),
    )  # fmt: skip
    unit.cases.seal_decision(decision)
    return decision


def _probe(case: dict[str, Any]) -> list[float]:
    quality = [float(one["quality"]) for one in case["probe"]]
    plain = sum(one["impression"] == "plain" for one in case["probe"])
    size = len(json.dumps(case))
    return [size, len(quality), plain, min(quality), max(quality), *_spread(quality)]


def _spread(values: Sequence[float]) -> list[float]:
    return [float(np.mean(values)), float(np.std(values))]


def _exemplar(answer: dict[str, Any], probe: Sequence[dict[str, Any]]) -> list[float]:
    fingers = {one["position"]: one["impression"] for one in answer["impressions"]}
    shared = set(fingers) & {one["position"] for one in probe}
    numbers = [value for value in _numbers(answer) if value not in fingers]
    return [
        len(json.dumps(answer)), len(fingers), len(shared), abs(len(fingers) - len(probe)),
        sum(one == "plain" for one in fingers.values()), float(sum(numbers)),
        *(float(ord(letter)) for letter in answer["label"]),
        *(float(position in fingers) for position in range(1, 11)),
    ]  # fmt: skip


def _numbers(value: Any) -> list[float]:
    """Return every number of an answer: a quality, a score or a rank would be among them."""
    if isinstance(value, dict):
        return [found for item in value.values() for found in _numbers(item)]
    if isinstance(value, list):
        return [found for item in value for found in _numbers(item)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def _sure(rows: Told, is_it: npt.NDArray[np.bool_], cases: npt.NDArray[np.int64]) -> Told:
    """Return float64 (n): how sure a classifier is of each row, trained on other cases.

    It looks for a few columns that tell: among two hundred, it would not see one otherwise.
    """
    fold, sure = cases % 5, np.zeros(len(rows))
    for one in range(5):
        known = rows[fold != one]
        mean, spread = known.mean(0), known.std(0) + 1e-9
        model = LogisticRegression(l1_ratio=1, C=0.3, solver="liblinear", random_state=5)
        model.fit((known - mean) / spread, is_it[fold != one])
        sure[fold == one] = model.predict_proba((rows[fold == one] - mean) / spread)[:, 1]
    # Nothing tells equal rows apart: none is right because it comes first.
    return sure + np.random.default_rng(5).normal(size=len(sure)) * 1e-9


def _named_rightly(line_ups: Sequence[Told], firsts: Sequence[npt.NDArray[np.bool_]]) -> int:
    """Return in how many line-ups the classifier names the exemplar of rank 1."""
    rows = [
        np.hstack([told, told - told.mean(0), np.abs(told - told.mean(0))]) for told in line_ups
    ]
    cases = np.repeat(np.arange(len(rows)), [len(one) for one in rows])
    is_first = np.concatenate(firsts)
    sure = _sure(np.concatenate(rows), is_first, cases)
    return sum(bool(is_first[cases == n][sure[cases == n].argmax()]) for n in range(len(rows)))


def _most(number: int, chance: float) -> int:
    """Return what guessing exceeds once in a thousand times."""
    return int(binom.ppf(0.999, number, chance))


@pytest.fixture
def bureau(office: Office, request: pytest.FixtureRequest) -> Bureau:
    """Return an office of three times as many people as cases."""
    wanted: int = request.param
    services, population = office.bench.services, Population(11)
    with services.units.write() as unit:
        for person in population.people(0, 3 * wanted):
            row = unit.people.add_person(person.person_id)
            for capture in person.encounters:
                place = Placement(row, Gallery.TENPRINTS, year_of_birth=0)
                unit.encounters.add(capture.encounter, place)
        unit.commit()
    services.gallery.catch_up()
    office.app.state.workbench = replace(office.bench, prints=SizedPrints())
    return Bureau(office, population, wanted)


SIZES = [16, pytest.param(120, marks=pytest.mark.slow)]


@dataclass(frozen=True, slots=True)
class Worked:
    """What an examiner was told of cases of both kinds."""

    line_ups: Sequence[Told]
    """Of searches."""
    firsts: Sequence[npt.NDArray[np.bool_]]
    searched: Told
    """A row for each of the first searches, as many as there are control items."""
    controls: Told


def _worked(bureau: Bureau, *, capture: int) -> Worked:
    """Work new control items and searches, in a random order.

    The answers of a machine that gets more to do take longer: the later half must not be one kind.
    """
    controls, searched = bureau.controls(), bureau.search(capture=capture)
    both = [*controls, *searched]
    in_turn = np.random.default_rng(capture).permutation(len(both)).tolist()
    told = {both[at]: bureau.told(both[at]) for at in in_turn}
    return Worked(
        [told[case_id][1] for case_id in searched],
        [bureau.is_rank_one(case_id) for case_id in searched],
        np.array([told[case_id][0] for case_id in searched[: len(controls)]]),
        np.array([told[case_id][0] for case_id in controls]),
    )


def _told_apart(worked: Worked) -> int:
    """Return how many control items and searches the classifier takes for what they are."""
    both = np.concatenate([worked.searched, worked.controls])
    is_control = np.arange(len(both)) >= len(worked.searched)
    order = np.random.default_rng(3).permutation(len(both))
    sure = _sure(both[order], is_control[order], np.arange(len(both)))
    return int(np.sum((sure > np.median(sure)) == is_control[order]))


def _finds_more_than_chance(worked: Worked) -> list[str]:
    """Return what the classifier finds, as guessing would once in a thousand times."""
    named = _named_rightly(worked.line_ups, worked.firsts)
    number = len(worked.searched) + len(worked.controls)
    found = {
        "rank 1": named > _most(len(worked.line_ups), 1 / 5),
        "control items": _told_apart(worked) > _most(number, 1 / 2),
    }
    return [what for what, is_found in found.items() if is_found]


@pytest.mark.dear("reads the pages of 24 cases of generated people, exemplar by exemplar")
@pytest.mark.parametrize("bureau", SIZES, indirect=True)
def test_neither_rank_1_nor_a_control_item_is_found_by_what_is_told(bureau: Bureau) -> None:
    for case_id in bureau.search(capture=1):
        bureau.link(case_id)

    worked = _worked(bureau, capture=2)

    assert {len(told) for told in worked.line_ups} == {5}
    if found := set(_finds_more_than_chance(worked)):
        # Chance finds the same among other cases once in a million times; a leak always does.
        found.intersection_update(_finds_more_than_chance(_worked(bureau, capture=3)))
    assert not found
    # The same classifier finds both where something is told.
    assert _finds_more_than_chance(_told_all(worked)) == ["rank 1", "control items"]


def _told_all(worked: Worked) -> Worked:
    """Return the same with a column more, which tells everything."""
    pairs = zip(worked.line_ups, worked.firsts, strict=True)
    return Worked(
        [np.column_stack([told, is_first]) for told, is_first in pairs],
        worked.firsts,
        np.column_stack([worked.searched, np.zeros(len(worked.searched))]),
        np.column_stack([worked.controls, np.ones(len(worked.controls))]),
    )
