"""Drives the application from outside: callers of every role, and whole examinations."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import func, select

from domain.access.access import Actor, Caller, Purpose, Role, Scope
from domain.events.looking import CallRefused, Listed, Looked
from domain.examination.finding_policy import TEMPLATES_ALONE
from domain.ids import ForceCode, UserId
from service.storage.tables.log import events
from service.usecases.access.tokens import IssueToken, issue_token
from service.usecases.examination.possible_outcomes import set_finding_policy
from service.usecases.services import Services
from tests.integration.api.declared import check_headers
from tests.integration.api.prints import TEN_FINGERS, encounter, tenprint
from tests.points import pairs_sent

PURPOSES = {
    Role.FORCE: Purpose.ARREST,
    Role.EXAMINER: Purpose.EXAMINATION,
    Role.SUPERVISOR: Purpose.SUPERVISION,
    Role.AUDITOR: Purpose.AUDIT,
    Role.ADMINISTRATOR: Purpose.OPERATIONS,
    Role.CASE_OFFICER: Purpose.INTERNATIONAL_EXCHANGE,
    Role.AGENCY: Purpose.AGENCY_SERVICE,
    Role.PUBLIC_PAGES: Purpose.APPLICATION,
    Role.KEYER: Purpose.RECORD_MANAGEMENT,
    Role.RECONCILER: Purpose.RECORD_MANAGEMENT,
    Role.SAMPLER: Purpose.RECORD_MANAGEMENT,
    Role.REFERRAL_BODY: Purpose.APPLICATION,
    Role.COURT_FEED: Purpose.RECORD_MANAGEMENT,
}

BESIDE_CHANGES = (Looked.event_type, Listed.event_type, CallRefused.event_type)
"""The types of events that follow every call."""

TOKEN_PATH = "/v1/oauth/token"  # noqa: S105
"""Access tokens for clients, answered in the form of another standard."""

_SCHEMAS = ("/v1/exchange/schema.json", "/v1/exchange/schema.xsd")

_CERTIFICATES = (
    *("/v1/certificates/check", "/v1/certificates/watch-check", "/v1/certificates/keys"),
    "/v1/certificates/status/{number}/{purpose}",
)

WITHOUT_TOKEN = {
    *(TOKEN_PATH, "/v1/exchange/messages", "/v1/oidc/back-channel-logout"),
    *_SCHEMAS,
    *_CERTIFICATES,
}
"""Calls that bring their own proof (a client's credentials, the provider's logout token), and
those that are open to anybody."""

ROOT = Caller(
    Actor(UserId("test-root"), Role.ADMINISTRATOR, None, frozenset({Scope.OPERATE})),
    Purpose.OPERATIONS,
)


@dataclass(frozen=True, slots=True)
class User:
    """A caller with a token."""

    client: TestClient
    headers: dict[str, str]

    def get(self, path: str, **extra: Any) -> Response:
        return self._told(self.client.get(path, headers=self.headers, **extra))

    def post(self, path: str, body: Any = None, **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._told(self.client.post(path, json=body, headers={**self.headers, **named}))

    def send(self, path: str, content: bytes, **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = {"Content-Type": "application/json"}
        sent = {**self.headers, **kind, **named}
        return self._told(self.client.post(path, content=content, headers=sent))

    def delete(self, path: str) -> Response:
        return self._told(self.client.delete(path, headers=self.headers))

    def _told(self, answer: Response) -> Response:
        return check_headers(self.client, answer)


@dataclass(slots=True)
class _Desk:
    """The prints of a case that an examiner has open: each is asked for once."""

    user: User
    at: str
    _opened: set[str] = field(default_factory=set)

    def look(self, probe: Any, shown: Any, most: int) -> list[int]:
        """Open prints of probe and exemplar, and return the fingers then seen in both."""
        pairs = [
            (i, j, theirs["position"] or ours["position"])
            for i, ours in enumerate(probe)
            for j, theirs in enumerate(shown["impressions"])
            if ours["position"] == theirs["position"]
            or 0 in (ours["position"], theirs["position"])
        ]
        pairs = sorted(pairs, key=lambda pair: pair[2] != shown["finger_found"])[:most]
        for i, j, _ in pairs:
            self._open(f"{self.at}/probe/{i}")
            self._open(f"{self.at}/{shown['label']}/{j}")
        return [position for _, _, position in pairs]

    def _open(self, path: str) -> None:
        if path not in self._opened:
            assert self.user.get(path).status_code == 200
            self._opened.add(path)


@dataclass(slots=True)
class World:
    """The application over one database, and its callers."""

    app: FastAPI
    client: TestClient
    log: io.StringIO
    _users: dict[tuple[Role, str], User] = field(default_factory=dict)

    @property
    def services(self) -> Services:
        """The application's services, for facts hidden from callers."""
        services: Services = self.app.state.api.services
        return services

    def force(self, code: str = "01") -> User:
        return self.user(Role.FORCE, f"custody-{code}", force=code)

    def examiner(self, name: str = "examiner-a") -> User:
        return self.user(Role.EXAMINER, name)

    def supervisor(self, name: str = "supervisor-a") -> User:
        return self.user(Role.SUPERVISOR, name)

    def auditor(self) -> User:
        return self.user(Role.AUDITOR, "auditor-a")

    def officer(self, name: str = "officer-a") -> User:
        return self.user(Role.CASE_OFFICER, name, force="89")

    def court_feed(self) -> User:
        return self.user(Role.COURT_FEED, "court-feed", force="89")

    def keyer(self, name: str = "keyer-a") -> User:
        return self.user(Role.KEYER, name)

    def reconciler(self, name: str = "reconciler-a") -> User:
        return self.user(Role.RECONCILER, name, force="89")

    def sampler(self, name: str = "sampler-a") -> User:
        return self.user(Role.SAMPLER, name)

    def administrator(self) -> User:
        return self.user(Role.ADMINISTRATOR, "administrator-a")

    def user(self, role: Role, name: str, *, force: str | None = None) -> User:
        """Return a caller of this role; the same name gives the same caller."""
        if (role, name) not in self._users:
            secret = self.secret(role, name, force=force)
            self._users[role, name] = User(self.client, headers(secret, PURPOSES[role]))
        return self._users[role, name]

    def rejoin(self, other: World) -> None:
        """Know the callers of another world, of whose store this one has a copy."""
        for key, user in other._users.items():
            self._users[key] = User(self.client, user.headers)

    def secret(
        self,
        role: Role,
        name: str,
        *,
        force: str | None = None,
        scopes: frozenset[Scope] | None = None,
        days: float = 1,
    ) -> str:
        """Issue a token and return its secret; case officers and reconcilers are of 89."""
        if role in {Role.CASE_OFFICER, Role.RECONCILER}:
            force = force or "89"
        command = IssueToken(
            caller=ROOT,
            user_id=UserId(name),
            role=role,
            force=ForceCode(force) if force else None,
            valid_for=timedelta(days=days),
            scopes=scopes,
            may_decide=True,
        )
        return issue_token(self.services, command).secret

    def enrol(self, person: int, *, force: str = "01") -> dict[str, Any]:
        """Enrol a person with a record and return the answer."""
        body = encounter(person, force=force)
        answer = self.force(force).post("/v1/encounters", body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def search(
        self,
        person: int,
        *,
        force: str = "01",
        impressions: list[dict[str, Any]] | None = None,
        search_type: str = "TP/TP",
        details: dict[str, Any] | None = None,
        reference: str | None = None,
    ) -> str:
        """Search with a new capture of a person and return the id of the search."""
        fingers = tenprint(person, capture=3) if impressions is None else impressions
        body: dict[str, Any] = {"search_type": search_type, "impressions": fingers}
        if details is not None:
            body["details"] = details
        if reference is not None:
            body["reference"] = reference
        answer = self.force(force).post("/v1/searches", body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["search_id"])

    def standing(self, search_id: str, *, force: str = "01") -> dict[str, Any]:
        """Return the state of a search as its force reads it."""
        return dict(self.force(force).get(f"/v1/searches/{search_id}").json())

    def case_of(self, search_id: str) -> str:
        """Return the case of a search, which is hidden from callers."""
        with self.services.units.read() as unit:
            case = unit.cases.of_search(search_id)  # type: ignore[arg-type]
        assert case is not None
        return str(case.case_id)

    def task_of(self, case_id: str) -> str:
        """Return the name under which a waiting case is in the queues of examiners."""
        with self.services.units.read() as unit:
            case = unit.cases.get(case_id)  # type: ignore[arg-type]
        assert case is not None
        return str(case.revision)

    def true_labels(self, case_id: str, examiner: str, person_id: str) -> set[str]:
        """Return the labels under which an examiner sees this person."""
        with self.services.units.read() as unit:
            seen = unit.cases.examination(case_id, examiner)  # type: ignore[arg-type]
            assert seen is not None
            candidates = [(label, unit.searches.candidate(c)) for label, c in seen.order]
        return {label for label, found in candidates if found and found.person_id == person_id}

    def log_lines(self) -> list[dict[str, Any]]:
        """Return the service's log lines."""
        return [json.loads(line) for line in self.log.getvalue().splitlines()]

    def counts(self) -> tuple[int, int, int, int, int]:
        """Return the numbers of stored events, changes, people, encounters and links.

        Events that only say that something was shown or refused are not counted: they follow
        every call. `tests/integration/looks` holds them to account.
        """
        with self.services.units.read() as unit:
            counted = select(func.count()).where(events.c.event_type.not_in(BESIDE_CHANGES))
            with self.services.units.engine.connect() as connection:
                changes = connection.execute(counted).scalar_one()
            return (
                changes,
                unit.gallery_feed.last_change(),
                unit.people.count(),
                unit.encounters.count(),
                unit.links.count(),
            )

    def examine(self, case_id: str, examiner: str, *, person_id: str | None) -> Response:
        """Work a case to its decision: identify this person, or no one; return the last answer."""
        user = self.examiner(examiner)
        assert user.post(f"/v1/cases/{case_id}/claim").status_code == 204
        labels = self.true_labels(case_id, examiner, person_id or "")
        self.analyse(case_id, examiner)
        identified = self.compare_all(case_id, examiner, identified=labels)
        case = user.get(f"/v1/cases/{case_id}").json()
        body = {
            "outcome": case["possible_outcomes"][0]["outcome"],
            "label": identified,
            "reason": "Ridge flow and points agree." if identified else "They differ.",
            "revision": case["revision"],
        }
        return user.post(f"/v1/cases/{case_id}/decisions", body)

    def analyse(self, case_id: str, examiner: str) -> None:
        """Seal an analysis that finds the probe of value."""
        body = {"is_of_value": True, "notes": "Clear."}
        answer = self.examiner(examiner).post(f"/v1/cases/{case_id}/analysis", body)
        assert answer.status_code == 204, answer.text

    def look(self, case_id: str, examiner: str, label: str, *, most: int = 1) -> list[int]:
        """Open prints of probe and exemplar, and return the fingers then seen in both.

        Of a mark the finger that the search found comes first, as on the pages.
        """
        user, at = self.examiner(examiner), f"/v1/cases/{case_id}"
        probe, shown = user.get(at).json()["probe"], user.get(f"{at}/exemplar").json()
        desk = _Desk(self.examiner(examiner), f"/v1/cases/{case_id}/prints")
        return desk.look(probe, shown | {"label": label}, most)

    def look_at_difference(self, case_id: str) -> None:
        """Open, as a supervisor, the fingers of a difference that somebody identified."""
        user, at = self.supervisor(), f"/v1/differences/{case_id}"
        found = user.get(at).json()
        told = (record["fingers"] or {"identified": []} for record in found["records"])
        named = {finger for fingers in told for finger in fingers["identified"]}
        for exemplar in found["exemplars"]:
            for j, theirs in enumerate(exemplar["fingers"]):
                for i, ours in enumerate(found["probe"]):
                    same = ours["position"] in {0, theirs["position"]} or not theirs["position"]
                    if same and (theirs["position"] or ours["position"]) in named:
                        assert user.get(f"{at}/prints/probe/{i}").status_code == 200
                        path = f"{at}/prints/{exemplar['label']}/{j}"
                        assert user.get(path).status_code == 200

    def review_differences(self) -> None:
        """Let every difference go to a supervisor, as an office of two examiners does."""
        object.__setattr__(self.services.policy, "differences_reviewed", True)

    def do_without_prints(self) -> None:
        """Let findings rest on templates alone, as an office that has no prints may."""
        set_finding_policy(self.services, ROOT, TEMPLATES_ALONE, is_trial=True)

    def compare_all(self, case_id: str, examiner: str, *, identified: set[str]) -> str | None:
        """Evaluate exemplars in the order shown until one is identified; return its label."""
        user = self.examiner(examiner)
        probe = user.get(f"/v1/cases/{case_id}").json()["probe"]
        desk = _Desk(user, f"/v1/cases/{case_id}/prints")
        while (shown := user.get(f"/v1/cases/{case_id}/exemplar")).status_code == 200:
            label = shown.json()["label"]
            fingers = desk.look(probe, shown.json(), 1)
            body = {"label": label, "outcome": "excluded"}
            if label in identified:
                points = pairs_sent(fingers[0])
                body |= {"outcome": "identified", "fingers_identified": fingers, "points": points}
            answer = user.post(f"/v1/cases/{case_id}/comparisons", body)
            if answer.status_code == 409 and label not in identified:
                # Loaded without prints: there is nothing to rest on, once every finger was opened.
                desk.look(probe, shown.json(), len(TEN_FINGERS))
                body["outcome"] = "insufficient"
                answer = user.post(f"/v1/cases/{case_id}/comparisons", body)
            assert answer.status_code == 204, answer.text
            if label in identified:
                return label
        return None


def headers(secret: str, purpose: Purpose) -> dict[str, str]:
    """Return the headers of a call."""
    return {"Authorization": f"Bearer {secret}", "X-Purpose": purpose.value}
