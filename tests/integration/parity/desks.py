"""One office worked by pages and another by the API: the same steps under the same names."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from httpx2 import Response

from domain.ids import CaseId
from tests.integration.api.driver import World
from tests.integration.web.driver import Office, Person, label_of
from tests.integration.web.pictures import capture_file
from tests.points import pairs_sent

HOW = ("clicked", "moved")
POINT = (40, 60, 38, 71, *HOW)
REASON = "Seen side by side."


def points_on(seen: list[int], outcome: str) -> list[tuple[Any, ...]]:
    """Return a point on each finger seen, or as many as the shipped policy wants to identify.

    Prints that are insufficient have none: there may be nothing to see.
    """
    if outcome == "insufficient":
        return []
    if outcome != "identified":
        return [(finger, *POINT) for finger in seen]
    return [tuple(pair.values()) for finger in seen for pair in pairs_sent(finger)]


@dataclass(frozen=True, slots=True)
class Look:
    """What an examiner is told of a case: the next step, and what a decision may find."""

    step: str
    label: str = ""
    """Of the exemplar shown, when one is to be compared."""
    may_decide: bool = False
    findings: tuple[str, ...] = ()
    """Where a decision is next: `identified:LABEL` or another outcome."""


class Desk(Protocol):
    """The steps of a case as one edge of the service offers them; each returns a status.

    A step that was done is a 200 on either edge.
    """

    @property
    def world(self) -> World: ...

    @property
    def heard(self) -> list[str]:
        """All that examiners have been answered."""

    def submit(
        self, fingers: list[dict[str, Any]], search_type: str, images: Mapping[str, bytes]
    ) -> str: ...

    def look(self, name: str, case_id: str) -> Look: ...

    def claim(self, name: str, case_id: str) -> int: ...

    def claim_next(self, name: str) -> str: ...

    def release(self, name: str, case_id: str) -> int: ...

    def analyse(self, name: str, case_id: str, value: str) -> int: ...

    def compare(self, name: str, case_id: str, label: str, outcome: str) -> int: ...

    def decide(self, name: str, case_id: str, finding: str) -> int: ...

    def prioritise(self, case_id: str, priority: str) -> int: ...

    def take_back(self, case_id: str) -> int: ...

    def differences(self) -> str: ...

    def difference(self, case_id: str) -> str: ...

    def resolve(self, case_id: str, decision_id: str) -> int: ...

    def revoke(self, link_id: str) -> int: ...

    def print_of(self, name: str, case_id: str, label: str, index: int) -> tuple[int, bytes]: ...

    def read(self, name: str, case_id: str, *, what: str) -> tuple[int, str]: ...

    def standing(self, search_id: str) -> str: ...

    def user_id(self, name: str) -> str: ...


@dataclass(slots=True)
class Pages:
    """The workbench."""

    office: Office
    heard: list[str] = field(default_factory=list)

    @property
    def world(self) -> World:
        return self.office.world

    def submit(
        self, fingers: list[dict[str, Any]], search_type: str, images: Mapping[str, bytes]
    ) -> str:
        content = capture_file(fingers, dict(images))
        answer = self.office.force().post(
            "searches/new",
            files={"capture": ("capture.json", content, "application/json")},
            search_type=search_type,
            purpose="arrest",
        )
        assert answer.status_code == 200, answer.text[-600:]
        return answer.url.path.rsplit("/", 1)[1]

    def look(self, name: str, case_id: str) -> Look:
        answer = self._get(name, f"cases/{case_id}")
        if answer.status_code != 200:
            return Look(str(answer.status_code))
        page = answer.url.path.rsplit("/", 1)[1]
        if page == case_id:
            return Look("claim" if "Claim this case" in answer.text else "sealed")
        if page == "comparison":
            may_decide = f"/workbench/cases/{case_id}/decision" in answer.text
            return Look("comparison", label_of(answer.text), may_decide)
        if page == "decision":
            findings = re.findall(r'name="finding" type="radio" value="([\w:]+)"', answer.text)
            return Look("decision", may_decide=True, findings=tuple(findings))
        return Look({"analysis": "analysis", "result": "closed"}[page])

    def claim(self, name: str, case_id: str) -> int:
        return self._post(name, f"cases/{case_id}/claim").status_code

    def claim_next(self, name: str) -> str:
        answer = self._post(name, "queue/next")
        found = re.search(r"/cases/(\w+)", answer.url.path)
        return found[1] if found else ""

    def release(self, name: str, case_id: str) -> int:
        return self._post(name, f"cases/{case_id}/release").status_code

    def analyse(self, name: str, case_id: str, value: str) -> int:
        fields = {"value": value, "notes": "Seen."}
        return self._post(name, f"cases/{case_id}/analysis", **fields).status_code

    def compare(self, name: str, case_id: str, label: str, outcome: str) -> int:
        fields = {"label": label, "outcome": outcome, "reason": REASON}
        page = self.office.examiner(name).get(f"cases/{case_id}/comparison")
        named = self.office.examiner(name).look(page.text) if "data-image" in page.text else {}
        fields |= named if outcome == "identified" else {}
        fingers = [int(box.removeprefix("finger-")) for box in named]
        points = json.dumps(points_on(fingers, outcome))
        answer = self._post(name, f"cases/{case_id}/comparison", **fields, points=points)
        return answer.status_code

    def decide(self, name: str, case_id: str, finding: str) -> int:
        fields = {"finding": finding, "reason": REASON, "revision": revision(self, case_id)}
        return self._post(name, f"cases/{case_id}/decision", **fields).status_code

    def prioritise(self, case_id: str, priority: str) -> int:
        answer = self.office.supervisor().post(f"cases/{case_id}/priority", priority=priority)
        return answer.status_code

    def take_back(self, case_id: str) -> int:
        return self.office.supervisor().post(f"cases/{case_id}/return").status_code

    def differences(self) -> str:
        return self.office.supervisor().page("differences")

    def difference(self, case_id: str) -> str:
        return self.office.supervisor().page(f"differences/{case_id}")

    def resolve(self, case_id: str, decision_id: str) -> int:
        fields = {"upheld": decision_id, "reason": REASON, "revision": revision(self, case_id)}
        return self.office.supervisor().post(f"differences/{case_id}", **fields).status_code

    def revoke(self, link_id: str) -> int:
        supervisor = self.office.supervisor()
        answer = supervisor.post(f"links/{link_id}/revocation", reason=REASON, confirm="yes")
        return answer.status_code

    def print_of(self, name: str, case_id: str, label: str, index: int) -> tuple[int, bytes]:
        answer = self._person(name).get(f"cases/{case_id}/prints/{label}/{index}.png")
        return answer.status_code, answer.content if answer.status_code == 200 else b""

    def read(self, name: str, case_id: str, *, what: str) -> tuple[int, str]:
        answer = self._get(name, f"cases/{case_id}/{what}")
        return answer.status_code, answer.text

    def standing(self, search_id: str) -> str:
        page = self.office.force().page(f"searches/{search_id}")
        words = {"Not linked": "not linked", ">Linked": "linked", "Waiting for the": "examining"}
        return next(state for word, state in words.items() if word in page)

    def user_id(self, name: str) -> str:
        return self._person(name).user_id

    def _person(self, name: str) -> Person:
        match name:
            case "supervisor-a":
                return self.office.supervisor()
            case "custody-01":
                return self.office.force()
            case _:
                return self.office.examiner(name)

    def _get(self, name: str, path: str) -> Response:
        answer = self._person(name).get(path)
        self.heard.append(answer.text)
        return answer

    def _post(self, name: str, path: str, **fields: str) -> Response:
        answer = self._person(name).post(path, **fields)
        self.heard.append(answer.text)
        return answer


@dataclass(slots=True)
class Calls:
    """The API. A browser is led on by each form it sends; a caller asks what is next."""

    world: World
    heard: list[str] = field(default_factory=list)

    def submit(
        self, fingers: list[dict[str, Any]], search_type: str, images: Mapping[str, bytes]
    ) -> str:
        pictured = [
            one | {"image": base64.b64encode(images[str(one["position"])]).decode()}
            if str(one["position"]) in images
            else one
            for one in fingers
        ]
        return self.world.search(0, impressions=pictured, search_type=search_type)

    def look(self, name: str, case_id: str) -> Look:
        answer = self._get(name, case_id, "")
        if answer.status_code != 200:
            return Look(str(answer.status_code))
        step, findings = answer.json()["step"], answer.json()["possible_outcomes"]
        if step == "comparison":
            label = self._get(name, case_id, "/exemplar").json()["label"]
            return Look(step, label, may_decide=bool(findings))
        if step == "decision":
            named = (f"{one['outcome']}:{one['label'] or ''}".rstrip(":") for one in findings)
            return Look(step, may_decide=bool(findings), findings=tuple(named))
        return Look(step)

    def claim(self, name: str, case_id: str) -> int:
        return self._step(name, case_id, "claim")

    def claim_next(self, name: str) -> str:
        answer = self.world.examiner(name).post("/v1/queue/next")
        self.heard.append(answer.text)
        case_id = "" if answer.status_code == 204 else str(answer.json()["case_id"])
        if case_id:
            self.look(name, case_id)
        return case_id

    def release(self, name: str, case_id: str) -> int:
        return _done(self.world.examiner(name).post(f"/v1/cases/{case_id}/release"))

    def analyse(self, name: str, case_id: str, value: str) -> int:
        body = {"is_of_value": value == "yes", "notes": "Seen."}
        return self._step(name, case_id, "analysis", body)

    def compare(self, name: str, case_id: str, label: str, outcome: str) -> int:
        body: dict[str, Any] = {"label": label, "outcome": outcome, "reason": REASON}
        seen: list[int] = []
        case = self.world.examiner(name).get(f"/v1/cases/{case_id}")
        # Only the look itself asks for the exemplar: each time it is shown is an event.
        if case.is_success and case.json()["step"] == "comparison":
            seen = self.world.look(case_id, name, label)
            body |= {"fingers_identified": seen if outcome == "identified" else []}
        points = points_on(seen, outcome)
        body["points"] = [dict(zip(pairs_sent(1)[0], point, strict=True)) for point in points]
        return self._step(name, case_id, "comparisons", body)

    def decide(self, name: str, case_id: str, finding: str) -> int:
        outcome, _, label = finding.partition(":")
        body = {
            "outcome": outcome,
            "label": label or None,
            "reason": REASON,
            "revision": revision(self, case_id),
        }
        return self._step(name, case_id, "decisions", body)

    def prioritise(self, case_id: str, priority: str) -> int:
        body = {"priority": priority}
        return _done(self.world.supervisor().post(f"/v1/cases/{case_id}/priority", body))

    def take_back(self, case_id: str) -> int:
        return _done(self.world.supervisor().post(f"/v1/cases/{case_id}/return"))

    def differences(self) -> str:
        return self.world.supervisor().get("/v1/differences").text

    def difference(self, case_id: str) -> str:
        answer = self.world.supervisor().get(f"/v1/differences/{case_id}")
        assert answer.status_code == 200, answer.text
        return answer.text

    def resolve(self, case_id: str, decision_id: str) -> int:
        body = {"decision_id": decision_id, "reason": REASON, "revision": revision(self, case_id)}
        return _done(self.world.supervisor().post(f"/v1/cases/{case_id}/resolution", body))

    def revoke(self, link_id: str) -> int:
        body = {"reason": REASON}
        return _done(self.world.supervisor().post(f"/v1/links/{link_id}/revocation", body))

    def print_of(self, name: str, case_id: str, label: str, index: int) -> tuple[int, bytes]:
        is_supervisor = name == "supervisor-a"
        user = self.world.supervisor() if is_supervisor else self.world.examiner(name)
        place = "differences" if is_supervisor else "cases"
        answer = user.get(f"/v1/{place}/{case_id}/prints/{label}/{index}/image")
        return answer.status_code, answer.content if answer.status_code == 200 else b""

    def read(self, name: str, case_id: str, *, what: str) -> tuple[int, str]:
        answer = self._get(name, case_id, f"/{what}")
        return answer.status_code, answer.text

    def standing(self, search_id: str) -> str:
        found = self.world.standing(search_id)
        return str(found["outcome"] or found["state"])

    def user_id(self, name: str) -> str:
        return name

    def _get(self, name: str, case_id: str, rest: str) -> Response:
        answer = self.world.examiner(name).get(f"/v1/cases/{case_id}{rest}")
        self.heard.append(answer.text)
        return answer

    def _step(self, name: str, case_id: str, step: str, body: Any = None) -> int:
        answer = self.world.examiner(name).post(f"/v1/cases/{case_id}/{step}", body)
        self.heard.append(answer.text)
        if answer.is_success:
            self.look(name, case_id)
        return _done(answer)


def _done(answer: Response) -> int:
    """Return the status of a call, 200 for one that was made: a page leads to the next page."""
    return 200 if answer.is_success else answer.status_code


def revision(desk: Desk, case_id: str) -> str:
    """Return the revision of a case, which both edges tell its holder."""
    with desk.world.services.units.read() as unit:
        case = unit.cases.get(CaseId(case_id))
    return "" if case is None else case.revision
