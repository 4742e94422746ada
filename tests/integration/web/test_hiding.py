"""Hidden facts before the seal, searched for in the bytes of every page."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from httpx2 import Response

from domain.events.examination import EvidenceUnmasked
from tests.integration.api.minutiae import with_minutiae
from tests.integration.api.prints import mark, tenprint
from tests.integration.web.driver import Office, Person, label_of, points_in
from tests.whole_words import holds

pytestmark = [pytest.mark.promise("blinding"), pytest.mark.dear("works whole cases through pages")]

TRUE = 2
SECRET_WORDS = (
    "score",
    "rank",
    "bits",
    "posterior",
    "likelihood",
    "candidate",
    "proposed",
    "unlikely",
    "verif",
    "second exam",
    "first exam",
    "metropolitan",
    "custody-01",
    "gallery",
)


@dataclass(slots=True)
class Prepared:
    """A case of one enrolled person, and all its hidden facts."""

    office: Office
    case_id: str
    person_id: str
    secrets: set[str]


@pytest.fixture
def prepared(office: Office) -> Prepared:
    world = office.world
    people = [world.enrol(person) for person in range(6)]
    body = {
        "search_type": "TP/TP",
        "impressions": with_minutiae(tenprint(TRUE, capture=3)),
        "details": {
            "names": [{"forename": "Zebedee", "surname": "Quince", "middle_names": ""}],
            "dates_of_birth": ["1971-04-09"],
            "place_of_birth": "Llanfairpwll",
        },
    }
    answer = world.force().post("/v1/searches", body, X_On_Behalf_Of="sgt.0042")
    search_id = answer.json()["search_id"]
    case_id = world.case_of(search_id)
    secrets = {search_id, "Zebedee", "Quince", "1971", "Llanfairpwll", "sgt.0042"}
    for person in people:
        secrets |= {person["person_id"], person["record_id"], person["encounter_id"]}
    with world.services.units.read() as unit:
        for candidate in unit.searches.candidates(search_id):
            secrets |= {candidate.candidate_id, f"{candidate.evidence.posterior:.4f}"}
            secrets |= {f"{abs(row.bits):.1f} bits" for row in candidate.evidence.rows}
            record = unit.people.record(candidate.record_id) if candidate.record_id else None
            if record is not None:
                secrets |= {name.surname for name in record.details.names if name.surname}
                secrets |= {str(date) for date in record.details.dates_of_birth}
    return Prepared(office, case_id, people[TRUE]["person_id"], secrets)


def _walk(prepared: Prepared, person: Person, *, until_sealed: bool = True) -> list[Response]:
    """Open every page and picture an examiner can reach up to the seal, errors included."""
    at = f"cases/{prepared.case_id}"
    answers = [person.get("queue"), person.get(at), person.post(f"{at}/claim")]
    answers += [person.get("queue"), person.get(f"{at}/analysis"), person.post(f"{at}/analysis")]
    answers += [person.get(f"{at}/prints/probe/{i}.json") for i in range(10)]
    answers += [person.get(f"{at}/decision"), person.get(f"{at}/result")]
    answers.append(person.follow(f"{at}/analysis", value="yes", notes="Clear."))
    found = ""
    true = prepared.office.true_labels(prepared.case_id, person, prepared.person_id)
    while (page := person.get(at)).url.path.endswith("/comparison"):
        label = label_of(page.text)
        answers += [page, person.post(f"{at}/comparison", label=label)]
        answers += [person.get(f"{at}/prints/{label}/{i}.json") for i in range(10)]
        outcome = "identified" if label in true else "excluded"
        found = label if label in true else found
        seen = person.look(page.text)
        named = {**seen, **points_in(seen)} if outcome == "identified" else {}
        answers.append(person.follow(f"{at}/comparison", outcome=outcome, reason="Seen.", **named))
        answers.append(person.get(f"{at}/comparisons/{label}"))
    answers += [page, person.post(f"{at}/decision", finding="", reason="")]
    if until_sealed:
        answers.append(
            person.follow(f"{at}/decision", finding=f"identified:{found}", reason="So.")
        )
        answers += [person.get("queue"), person.get(at), person.get(f"{at}/result")]
    return answers


def test_nothing_hidden_is_in_any_page_before_the_seal(prepared: Prepared) -> None:
    pages = _walk(prepared, prepared.office.examiner("examiner-a"))

    assert len(pages) > 25
    for page in pages:
        content = page.text + " ".join(f"{k}: {v}" for k, v in page.headers.items())
        for secret in prepared.secrets:
            assert not holds(content, secret), (page.url, secret)
        for word in SECRET_WORDS:
            assert word not in page.text.lower(), (page.url, word)


def test_a_second_and_a_third_examination_look_like_a_first(prepared: Prepared) -> None:
    office, at = prepared.office, f"cases/{prepared.case_id}"
    # One exemplar, so that nobody's order of several is compared with another's.
    object.__setattr__(office.bench.services.policy, "tenprint_exemplars", 1)
    first = _walk(prepared, office.examiner("examiner-a"), until_sealed=False)
    _seal(prepared, office.examiner("examiner-a"))
    second = _walk(prepared, office.examiner("examiner-b"), until_sealed=False)
    office.examiner("examiner-b").post(f"{at}/release")
    # Another one decides in their place, and differs: a third is asked.
    office.examiner("examiner-d").post(f"{at}/claim")
    office.examiner("examiner-d").examine(prepared.case_id, identify=set())
    third = _walk(prepared, office.examiner("examiner-c"), until_sealed=False)

    for walk in (second, third):
        assert [page.status_code for page in first] == [page.status_code for page in walk]
        assert [_structure(page) for page in first] == [_structure(page) for page in walk]
        assert [sorted(page.headers) for page in first] == [sorted(page.headers) for page in walk]
        assert [_size(page) for page in first] == [_size(page) for page in walk]


def _size(page: Response) -> int:
    """Return the size of an answer; names, ids and labels are of one length."""
    return len(re.sub(r"\b\d+ (min|h|d)\b", "AGE", page.text))


def _seal(prepared: Prepared, person: Person) -> None:
    at = f"cases/{prepared.case_id}/decision"
    identified = re.search(r'value="(identified:\w+)"', person.page(at))
    assert identified is not None
    person.follow(at, finding=identified.group(1), reason="So.")


def _structure(page: Response) -> str:
    """Return a page without the parts that vary by person, chance or time."""
    text = re.sub(r"examiner-[abc]", "NAME", page.text)
    text = re.sub(r"[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{8}|\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", "ID", text)
    text = re.sub(r"\b[BCDFGHJKLMNPQRSTVWXZ]{3}\b", "LABEL", text)
    text = re.sub(r"quality \d+|\d+ (min|h|d)\b|\d+ \w+ \d{4}, \d\d:\d\d", "NUMBER", text)
    return re.sub(r"\s+", " ", text)


def test_a_case_with_many_exemplars_looks_like_one_with_few(office: Office) -> None:
    pages = []
    for exemplars in (1, 5):
        policy = office.bench.services.policy
        object.__setattr__(policy, "tenprint_exemplars", exemplars)
        object.__setattr__(policy, "mark_exemplars", exemplars)
        for person in range(6):
            office.world.enrol(100 * exemplars + person)
        fingers = mark(100 * exemplars, 2)
        search_id = office.world.search(0, impressions=fingers, search_type="LT/TP")
        case_id = office.world.case_of(search_id)
        examiner = office.examiner()
        examiner.post(f"cases/{case_id}/claim")
        analysis = examiner.get(f"cases/{case_id}/analysis")
        comparison = examiner.follow(f"cases/{case_id}/analysis", value="yes")
        pages.append((_structure(analysis), _of_any_finger(_structure(comparison))))
        examiner.post(f"cases/{case_id}/release")

    assert pages[0] == pages[1]


def _of_any_finger(structure: str) -> str:
    """Return a page without which finger the search found: each exemplar has one of its own."""
    text = re.sub(
        r"(?i)(right|left) (thumb|index|middle|ring|little)( finger)?", "FINGER", structure
    )
    text = re.sub(
        r'data-position="\d+"|finger-\d+|finger=[\d-]+|finger="[\d-]+"', "POSITION", text
    )
    return re.sub(r'identified="\d+"|LABEL/\d+', "PLACE", text)


def test_the_first_examiner_reaches_no_verification(prepared: Prepared) -> None:
    person = prepared.office.examiner("examiner-a")
    _walk(prepared, person)
    verifier = prepared.office.examiner("examiner-b")
    verifier.post(f"cases/{prepared.case_id}/claim")
    verifier.follow(f"cases/{prepared.case_id}/analysis", value="yes")
    other_label = label_of(verifier.page(f"cases/{prepared.case_id}/comparison"))
    at = f"cases/{prepared.case_id}"

    queue = person.page("queue")
    shown = {path: person.get(f"{at}{path}") for path in ("", "/analysis", "/comparison")}
    refused = [
        person.post(f"{at}/claim"),
        person.post(f"{at}/release"),
        person.post(f"{at}/analysis", value="yes"),
        person.post(f"{at}/comparison", outcome="excluded", reason="x", label=other_label),
        person.post(f"{at}/decision", finding="excluded", reason="x", revision="x"),
        person.get(f"{at}/prints/{other_label}/0.png"),
        person.get(f"{at}/result"),
    ]

    assert prepared.case_id not in queue
    assert all("Your decision is sealed" in page.text for page in shown.values())
    assert [page.status_code for page in refused] == [409, 409, 409, 409, 409, 404, 404]


def test_somebody_who_holds_no_case_sees_no_print(prepared: Prepared) -> None:
    holder, other = prepared.office.examiner("examiner-a"), prepared.office.examiner("examiner-b")
    holder.post(f"cases/{prepared.case_id}/claim")
    before = holder.get(f"cases/{prepared.case_id}/comparison")
    holder.follow(f"cases/{prepared.case_id}/analysis", value="yes")
    label = label_of(holder.page(f"cases/{prepared.case_id}/comparison"))
    path = f"cases/{prepared.case_id}/prints"

    assert before.url.path.endswith("/analysis")
    assert holder.get(f"{path}/{label}/0.png").status_code == 200
    assert holder.get(f"{path}/XXX/0.png").status_code == 404
    assert holder.get(f"{path}/{label}/10.png").status_code == 404
    assert holder.get(f"{path}/{label}/99.png").status_code == 404
    assert other.get(f"{path}/{label}/0.png").status_code == 404
    assert other.get(f"{path}/probe/0.png").status_code == 404
    assert prepared.office.supervisor().get(f"{path}/probe/0.png").status_code == 404


def test_unmasking_writes_its_event(prepared: Prepared) -> None:
    office, case_id = prepared.office, prepared.case_id
    for name in ("examiner-a", "examiner-b"):
        office.examine(case_id, office.examiner(name), person_id=prepared.person_id)
    before = _unmaskings(office, case_id)

    page = office.examiner("examiner-a").page(f"cases/{case_id}/result")

    assert "Zebedee Quince" in page
    assert _unmaskings(office, case_id) == before + 1
    assert office.examiner("examiner-c").get(f"cases/{case_id}/result").status_code == 404


def _unmaskings(office: Office, case_id: str) -> int:
    with office.world.services.units.read() as unit:
        events = unit.events.about(case_id)
    return sum(event.event_type == EvidenceUnmasked.event_type for event in events)


def test_a_supervisor_sees_no_detail_and_no_score_of_a_difference(prepared: Prepared) -> None:
    office, case_id = prepared.office, prepared.case_id
    office.world.review_differences()
    office.examine(case_id, office.examiner("examiner-a"), person_id=prepared.person_id)
    office.examiner("examiner-b").post(f"cases/{case_id}/claim")
    office.examiner("examiner-b").examine(case_id, identify=set())

    page = office.supervisor().page(f"differences/{case_id}")

    for secret in prepared.secrets:
        assert not holds(page, secret)
    for word in ("score", "rank", "bits", "posterior", "examiner-a", "examiner-b"):
        assert word not in page.lower()
