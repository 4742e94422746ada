"""A gallery of a second template format, from enrolment to erasure, on each kind of database."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from domain.errors import ConfigurationError
from domain.searches.evidence import Band, Evidence, EvidenceSource
from domain.searches.searches import Candidate
from matching.scorer import Scorer
from service.bootstrap.runtime import assemble
from service.settings import Settings, load_settings
from service.usecases.misuse.watching import watch_searches
from tests.formats import BOTH_FORMATS, FORMAT, SECOND_FORMAT
from tests.integration.api.driver import World
from tests.integration.api.erasing import erased as have_erased
from tests.integration.api.minutiae import with_minutiae, without_prints
from tests.integration.api.prints import encounter, tenprint
from tests.integration.provenance.links import opened_world
from tests.integration.replaying import replayed_in_both_ways

LABEL = SECOND_FORMAT.label


def finger(person: int, position: int, capture: int) -> npt.NDArray[np.float32]:
    """Return float32 (64,): a finger of a person, a little different in each capture."""
    master = np.random.Generator(np.random.Philox(key=person * 16 + position))
    noise = np.random.Generator(np.random.Philox(key=(person * 16 + position) * 64 + capture + 1))
    vector = master.standard_normal(64) + 0.3 * noise.standard_normal(64)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def impression(
    person: int, position: int, *, capture: int = 0, kind: str = "rolled"
) -> dict[str, Any]:
    values = finger(person, position, capture).astype("<f2").tobytes()
    return {
        "position": 0 if kind == "latent" else position,
        "impression": kind,
        "quality": 80,
        "template": {
            "format": LABEL,
            "encoding": "f16",
            "data": base64.b64encode(values).decode(),
        },
    }


def ten(person: int, *, capture: int = 0) -> list[dict[str, Any]]:
    return with_minutiae(
        [impression(person, position, capture=capture) for position in range(1, 11)]
    )


def mark(person: int, position: int, *, capture: int = 7) -> list[dict[str, Any]]:
    return with_minutiae([impression(person, position, capture=capture, kind="latent")])


def enrol(world: World, person: int, **details: Any) -> dict[str, Any]:
    body = encounter(person) | {"impressions": ten(person)}
    body["record"] |= details
    answer = world.force().post("/v1/encounters", body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def candidates(world: World, search_id: str) -> tuple[Candidate, ...]:
    with world.services.units.read() as unit:
        return unit.searches.candidates(search_id)  # type: ignore[arg-type]


def link(world: World) -> tuple[dict[str, Any], str, str]:
    """Enrol three people and link a search to the first; return enrolment, search and link."""
    enrolled = enrol(world, 1)
    enrol(world, 2)
    enrol(world, 3)
    search_id = world.search(1, impressions=ten(1, capture=3))
    case_id = world.case_of(search_id)
    for examiner in ("examiner-a", "examiner-b"):
        answer = world.examine(case_id, examiner, person_id=enrolled["person_id"])
        assert answer.status_code == 201, answer.text
    return enrolled, search_id, world.standing(search_id)["link"]["link_id"]


@pytest.fixture
def second_settings(settings: Settings) -> Settings:
    return load_settings(**settings.model_dump() | {"template_format": LABEL})


@pytest.fixture
def second(second_settings: Settings, scorer: Scorer) -> Iterator[World]:
    with opened_world(second_settings, scorer, BOTH_FORMATS) as made:
        yield made


def assert_withheld(evidence: Evidence) -> None:
    prints = [row for row in evidence.rows if row.source is EvidenceSource.PRINT]
    assert [(row.level, row.bits) for row in prints] == [("withheld", 0.0)]
    assert LABEL in prints[0].note
    assert evidence.biometric_bits == 0
    assert (evidence.band, evidence.posterior) == (Band.NONE, None)
    assert evidence.is_withheld


def test_a_search_gives_candidates_in_order_and_no_bits(second: World) -> None:
    _, search_id, _ = link(second)

    found = candidates(second, search_id)

    assert [candidate.rank for candidate in found] == [1, 2, 3]
    for candidate in found:
        assert_withheld(candidate.evidence)
    with second.services.units.read() as unit:
        captured = [unit.encounters.get(one.encounter_id) for one in found if one.encounter_id]
    alike = [
        sum(float(finger(1, i.position, 3) @ i.vector) for i in one.impressions)
        for one in captured
        if one
    ]
    assert alike == sorted(alike, reverse=True)
    assert alike[0] > 8
    assert alike[1] < 4


def test_details_are_weighed_and_do_not_change_the_order(second: World) -> None:
    details = {
        "names": [{"forename": "Zebedee", "surname": "Okonkwo"}],
        "dates_of_birth": ["1951-11-30"],
    }
    enrolled = [enrol(second, 1), enrol(second, 2, **details), enrol(second, 3)]
    body = {"search_type": "TP/TP", "impressions": ten(1, capture=3), "details": details}

    search_id = second.force().post("/v1/searches", body).json()["search_id"]

    found = candidates(second, search_id)
    bits = {candidate.person_id: candidate.evidence.demographic_bits for candidate in found}
    people = [one["person_id"] for one in enrolled]
    assert found[0].person_id == people[0]
    assert [round(bits[person]) for person in (people[0], people[2])] == [0, 0]
    assert bits[people[1]] > 5
    assert [candidate.evidence.band for candidate in found] == [Band.NONE] * 3


@pytest.mark.parametrize("search_type", ["LT/TP", "TP/LT", "LT/LT"])
def test_marks_are_searched_and_filed(second: World, search_type: str) -> None:
    enrolled = enrol(second, 1)
    enrol(second, 2)
    filed = second.search(7, impressions=mark(7, 4), search_type="LT/TP")
    for examiner in ("examiner-a", "examiner-b"):
        second.examine(second.case_of(filed), examiner, person_id=None)
    assert second.services.gallery.index.statistics().marks == 1

    probe = {
        "LT/TP": mark(1, 6),
        "TP/LT": ten(7, capture=2),
        "LT/LT": mark(7, 4, capture=2),
    }[search_type]
    search_id = second.search(1, impressions=probe, search_type=search_type)

    first = candidates(second, search_id)[0]
    assert_withheld(first.evidence)
    if search_type == "LT/TP":
        assert first.person_id == enrolled["person_id"]


def test_a_link_replays_exactly_after_the_index_is_built_anew(
    second_settings: Settings, scorer: Scorer
) -> None:
    with opened_world(second_settings, scorer, BOTH_FORMATS) as world:
        _, _, link_id = link(world)
    shutil.rmtree(second_settings.index_directory)

    with opened_world(second_settings, scorer, BOTH_FORMATS) as world:
        answer = replayed_in_both_ways(world, link_id)

    assert (answer["verdict"], answer["difference"]) == ("exact", "")
    assert answer["look_up"]["verdict"] == "exact", answer


def test_an_erased_person_is_found_no_more_and_the_replay_says_so(second: World) -> None:
    enrolled, _, link_id = link(second)

    have_erased(second, enrolled["person_id"])

    replay = second.auditor().post(f"/v1/links/{link_id}/replay").json()
    assert replay["verdict"] == "not possible (erased)"
    later = second.search(1, impressions=ten(1, capture=5))
    people = {candidate.person_id for candidate in candidates(second, later)}
    assert len(people) == 2
    assert enrolled["person_id"] not in people
    index = second.services.gallery.index
    index.compact()
    assert index.verify().encounters == 2
    assert index.statistics().persons == 2


def test_templates_of_the_other_format_are_refused(second: World) -> None:
    force = second.force()
    before = second.counts()

    enrolling = force.post("/v1/encounters", encounter(1))
    searching = force.post("/v1/searches", {"search_type": "TP/TP", "impressions": tenprint(1)})

    for refused in (enrolling, searching):
        assert (refused.status_code, refused.json()["type"]) == (
            400,
            "/problems/unknown-template-format",
        )
        assert (
            refused.json()["detail"] == f"This gallery holds only {LABEL} templates: send these."
        )
    assert second.counts() == before


def test_nearly_the_same_probe_is_counted(second: World) -> None:
    enrol(second, 2)
    probes = [
        {"search_type": "TP/TP", "impressions": [impression(90, 2), impression(90 + n, 3)]}
        for n in range(6)
    ]

    answers = [second.force().post("/v1/searches", body) for body in probes]

    assert [answer.status_code for answer in answers] == [201] * 5 + [429]


def test_staff_are_recognised_by_prints_beyond_any_impostor(second: World) -> None:
    staff = {
        "user": "soco-7",
        "captured_at": "2024-05-06T07:08:09Z",
        "impressions": without_prints(ten(4)),
    }
    assert second.administrator().post("/v1/staff-prints", staff).status_code == 201
    enrol(second, 1)
    second.search(1, impressions=ten(1, capture=3))
    search_id = second.search(4, impressions=ten(4, capture=3))
    while watch_searches(second.services):
        pass

    found = second.auditor().get("/v1/findings").json()["findings"]

    assert [(f["kind"], f["search_id"]) for f in found] == [("staff-match", search_id)]
    assert len(candidates(second, search_id)) == 1


def test_a_store_is_not_opened_as_one_of_another_format(
    settings: Settings, second_settings: Settings, scorer: Scorer
) -> None:
    with opened_world(second_settings, scorer, BOTH_FORMATS) as world:
        enrol(world, 1)
    otherwise = settings.model_copy(update={"template_format": FORMAT.label})

    with pytest.raises(ConfigurationError) as refusal:
        assemble(otherwise, scorer, BOTH_FORMATS)
    with pytest.raises(ConfigurationError) as absent:
        assemble(settings, scorer)
    with pytest.raises(ConfigurationError) as unknown:
        assemble(second_settings, scorer)

    assert refusal.value.detail == (
        f"The store holds templates of the format {LABEL}, but the service is set to "
        f"{FORMAT.label}: "
        f"set IDENTLINK_TEMPLATE_FORMAT to {LABEL}, or use another store."
    )
    assert absent.value.detail == refusal.value.detail
    assert FORMAT.label in unknown.value.detail


def test_without_a_setting_a_store_is_opened_as_one_of_the_format_it_holds(
    settings: Settings, second_settings: Settings, scorer: Scorer
) -> None:
    with opened_world(second_settings, scorer, BOTH_FORMATS) as world:
        enrol(world, 1)

    with opened_world(settings, scorer, BOTH_FORMATS) as again:
        search_id = again.search(1, impressions=ten(1, capture=3))
        found = candidates(again, search_id)

    assert settings.template_format is None
    assert again.services.print_format.label == LABEL
    assert len(found) == 1
