"""Every page of the workbench with the calls of the API that do the same, or why there is none.

`test_routes` walks the route table of the application: a page without an entry fails it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from domain.access.access import Role
from service.web.visitors import HasRole

CALLS: dict[str, tuple[str, ...]] = {
    # Examiners
    "GET /workbench/queue": ("GET /v1/queue",),
    "POST /workbench/queue/next": ("POST /v1/queue/next",),
    "POST /workbench/queue/{task_id}/claim": ("POST /v1/queue/{task_id}/claim",),
    "POST /workbench/cases/{case_id}/claim": ("POST /v1/cases/{case_id}/claim",),
    "POST /workbench/cases/{case_id}/release": ("POST /v1/cases/{case_id}/release",),
    "GET /workbench/cases/{case_id}": ("GET /v1/cases/{case_id}",),
    "GET /workbench/cases/{case_id}/analysis": ("GET /v1/cases/{case_id}",),
    "POST /workbench/cases/{case_id}/analysis": ("POST /v1/cases/{case_id}/analysis",),
    "POST /workbench/cases/{case_id}/further-search": ("POST /v1/cases/{case_id}/further-search",),
    "GET /workbench/cases/{case_id}/comparison": (
        "GET /v1/cases/{case_id}",
        "GET /v1/cases/{case_id}/exemplar",
    ),
    "POST /workbench/cases/{case_id}/comparison": ("POST /v1/cases/{case_id}/comparisons",),
    "GET /workbench/cases/{case_id}/comparisons/{label}": (
        "GET /v1/cases/{case_id}/comparisons/{label}",
    ),
    "GET /workbench/cases/{case_id}/comparisons/{label}/chart.pdf": (
        "GET /v1/cases/{case_id}/comparisons/{label}/chart",
    ),
    "GET /workbench/cases/{case_id}/comparisons/{label}/revision": (
        "GET /v1/cases/{case_id}",
        "GET /v1/cases/{case_id}/comparisons/{label}",
    ),
    "POST /workbench/cases/{case_id}/comparisons/{label}/revision": (
        "POST /v1/cases/{case_id}/comparisons/{label}/revisions",
    ),
    "GET /workbench/cases/{case_id}/decision": ("GET /v1/cases/{case_id}",),
    "POST /workbench/cases/{case_id}/decision": ("POST /v1/cases/{case_id}/decisions",),
    "GET /workbench/cases/{case_id}/result": ("GET /v1/cases/{case_id}/result",),
    # Examiners, and supervisors of a difference: each role has a call of its own
    "GET /workbench/cases/{case_id}/prints/{label}/{index}.png": (
        "GET /v1/cases/{case_id}/prints/{label}/{index}/image",
        "GET /v1/differences/{case_id}/prints/{label}/{index}/image",
    ),
    "GET /workbench/cases/{case_id}/prints/{label}/{index}.json": (
        "GET /v1/cases/{case_id}/prints/{label}/{index}",
        "GET /v1/differences/{case_id}/prints/{label}/{index}",
    ),
    # Case officers
    "GET /workbench/requests": ("GET /v1/requests",),
    "POST /workbench/requests/new": ("POST /v1/requests",),
    "GET /workbench/requests/{request_id}": (
        "GET /v1/requests/{request_id}",
        "GET /v1/requests/{request_id}/candidates",
    ),
    "GET /workbench/requests/{request_id}/referrals": ("GET /v1/requests/{request_id}/referrals",),
    "POST /workbench/requests/{request_id}/referral": ("POST /v1/requests/{request_id}/referral",),
    "GET /workbench/referrals": ("GET /v1/referrals",),
    "GET /workbench/referrals/{referral_id}": ("GET /v1/referrals/{referral_id}",),
    "POST /workbench/referrals/{referral_id}": ("POST /v1/referrals/{referral_id}/reply",),
    "GET /workbench/agreements": ("GET /v1/agreements", "GET /v1/asns"),
    "GET /workbench/agreements/{agency}": ("GET /v1/agreements/{agency}",),
    "POST /workbench/agreements": ("POST /v1/agreements",),
    "GET /workbench/matters": ("GET /v1/matters",),
    "GET /workbench/matters/{matter_id}": (
        "GET /v1/matters/{matter_id}",
        "GET /v1/matters/{matter_id}/records",
    ),
    "POST /workbench/matters/{matter_id}/attachment": ("POST /v1/matters/{matter_id}/attachment",),
    "POST /workbench/matters/{matter_id}/return": ("POST /v1/matters/{matter_id}/return",),
    "POST /workbench/matters/{matter_id}/withdrawal": ("POST /v1/matters/{matter_id}/withdrawal",),
    "POST /workbench/matters/{matter_id}/answer": ("POST /v1/matters/{matter_id}/answer",),
    "GET /workbench/disputes": ("GET /v1/disputes",),
    "GET /workbench/disputes/{dispute_id}": ("GET /v1/disputes/{dispute_id}",),
    "GET /workbench/requests/{request_id}/disputes": ("GET /v1/requests/{request_id}/disputes",),
    "POST /workbench/requests/{request_id}/disputes": ("POST /v1/disputes",),
    "POST /workbench/disputes/{dispute_id}/proposal": ("POST /v1/disputes/{dispute_id}/proposal",),
    "POST /workbench/disputes/{dispute_id}/answer": ("POST /v1/disputes/{dispute_id}/answer",),
    "POST /workbench/asn-results": ("POST /v1/asn-results",),
    "POST /workbench/requests/{request_id}/asn": ("POST /v1/requests/{request_id}/asn",),
    "POST /workbench/requests/{request_id}/elsewhere": (
        "POST /v1/requests/{request_id}/elsewhere",
    ),
    "GET /workbench/requests/{request_id}/documents": ("GET /v1/requests/{request_id}/documents",),
    "GET /workbench/requests/{request_id}/documents/{document_id}": (
        "GET /v1/requests/{request_id}/documents/{document_id}",
    ),
    "GET /workbench/requests/{request_id}/documents/{document_id}/view": (
        "GET /v1/requests/{request_id}/documents/{document_id}",
    ),
    "GET /workbench/requests/{request_id}/proofs": ("GET /v1/requests/{request_id}/proofs",),
    "POST /workbench/requests/{request_id}/proofs": (
        "POST /v1/requests/{request_id}/proofs",
        "POST /v1/requests/{request_id}/steps",
    ),
    "POST /workbench/requests/{request_id}/step": (
        "POST /v1/requests/{request_id}/steps",
        "POST /v1/requests/{request_id}/assessment",
    ),
    "POST /workbench/requests/{request_id}/search": ("POST /v1/requests/{request_id}/search",),
    "POST /workbench/requests/{request_id}/identification": (
        "POST /v1/requests/{request_id}/identification",
    ),
    "POST /workbench/requests/{request_id}/decision": ("POST /v1/requests/{request_id}/decision",),
    "POST /workbench/requests/{request_id}/second-reading": (
        "POST /v1/requests/{request_id}/second-reading",
    ),
    "GET /workbench/requests/{request_id}/certificates": (
        "GET /v1/requests/{request_id}/certificates",
    ),
    "POST /workbench/requests/{request_id}/certificate": (
        "POST /v1/requests/{request_id}/certificate",
    ),
    "GET /workbench/certificates/{certificate_id}.pdf": (
        "GET /v1/certificates/{certificate_id}/document",
    ),
    "POST /workbench/requests/{request_id}/certificates/{certificate_id}/revocation": (
        "POST /v1/certificates/{certificate_id}/revocation",
    ),
    "POST /workbench/requests/{request_id}/acknowledgement": (
        "POST /v1/disclosures/{disclosure_id}/acknowledgement",
        "POST /v1/disclosure-notices/{notice_id}/acknowledgement",
    ),
    # Agencies
    "GET /workbench/agency": ("GET /v1/agency/requests", "GET /v1/agency/agreement"),
    "POST /workbench/agency": ("POST /v1/agency/requests",),
    "GET /workbench/agency/{request_id}": (
        "GET /v1/agency/requests/{request_id}",
        "GET /v1/agency/watches",
    ),
    "POST /workbench/agency/{request_id}/watch": (
        "POST /v1/agency/requests/{request_id}/watch",
        "POST /v1/agency/requests/{request_id}/watch/confirmation",
        "POST /v1/agency/requests/{request_id}/watch/end",
    ),
    "POST /workbench/agency/{request_id}": ("POST /v1/agency/requests/{request_id}/answer",),
    "GET /workbench/retention/reviews": ("GET /v1/requests",),
    "POST /workbench/retention/reviews": ("POST /v1/retention/reviews",),
    "GET /workbench/retention/reviews/{request_id}": (
        "GET /v1/requests/{request_id}",
        "GET /v1/retention/people/{person_id}",
    ),
    "POST /workbench/retention/reviews/{request_id}/proposal": (
        "POST /v1/retention/reviews/{request_id}/proposal",
    ),
    "POST /workbench/retention/reviews/{request_id}/second-reading": (
        "POST /v1/retention/reviews/{request_id}/second-reading",
    ),
    "GET /workbench/retention/facts": ("GET /v1/retention/facts",),
    "GET /workbench/retention/people/{person_id}": ("GET /v1/retention/people/{person_id}",),
    "POST /workbench/retention/people/{person_id}/facts": (
        "POST /v1/retention/captures/{encounter_id}/facts",
    ),
    "POST /workbench/retention/people/{person_id}/facts/{fact_id}/decision": (
        "POST /v1/retention/facts/{fact_id}/decision",
    ),
    # Supervisors
    "GET /workbench/overview": ("GET /v1/overview",),
    "POST /workbench/cases/{case_id}/priority": ("POST /v1/cases/{case_id}/priority",),
    "POST /workbench/priorities": ("POST /v1/priorities",),
    "POST /workbench/cases/{case_id}/return": ("POST /v1/cases/{case_id}/return",),
    "POST /workbench/differences/{case_id}/further": ("POST /v1/differences/{case_id}/further",),
    "POST /workbench/control-items": ("POST /v1/control-items",),
    "GET /workbench/differences": ("GET /v1/differences",),
    "GET /workbench/differences/{case_id}": ("GET /v1/differences/{case_id}",),
    "POST /workbench/differences/{case_id}": ("POST /v1/cases/{case_id}/resolution",),
    "GET /workbench/gallery": ("GET /v1/gallery-cases",),
    "GET /workbench/gallery/{case_id}": ("GET /v1/gallery-cases/{case_id}",),
    "POST /workbench/gallery/{case_id}": ("POST /v1/gallery-cases/{case_id}/conclusion",),
    "POST /workbench/links/{link_id}/revocation": ("POST /v1/links/{link_id}/revocation",),
    "GET /workbench/erasures": ("GET /v1/erasures",),
    "POST /workbench/erasures": ("POST /v1/people/{person_id}/erasure",),
    "GET /workbench/erasures/{erasure_id}": ("GET /v1/erasures/{erasure_id}",),
    "POST /workbench/erasures/{erasure_id}/confirmation": (
        "POST /v1/erasures/{erasure_id}/confirmation",
    ),
    "POST /workbench/erasures/{erasure_id}/call-back": (
        "POST /v1/erasures/{erasure_id}/call-back",
    ),
    "GET /workbench/restrictions": ("GET /v1/restrictions",),
    "POST /workbench/restrictions": ("POST /v1/people/{person_id}/restriction",),
    "POST /workbench/restrictions/items": (
        "POST /v1/records/{record_id}/items/{item_id}/restriction",
    ),
    "GET /workbench/restrictions/{restriction_id}": ("GET /v1/restrictions/{restriction_id}",),
    "POST /workbench/restrictions/{restriction_id}/lifting": (
        "POST /v1/restrictions/{restriction_id}/lifting",
    ),
    "GET /workbench/restrictions/{restriction_id}/evidence": (
        "GET /v1/restrictions/{restriction_id}/evidence",
    ),
    "GET /workbench/requests/{request_id}/answer": ("GET /v1/requests/{request_id}/answer",),
    "POST /workbench/requests/{request_id}/answer": ("POST /v1/requests/{request_id}/answer",),
    "GET /workbench/requests/{request_id}/handovers": ("GET /v1/requests/{request_id}/handovers",),
    "POST /workbench/requests/{request_id}/handovers": (
        "POST /v1/requests/{request_id}/handovers",
    ),
    "GET /workbench/requests/{request_id}/answer/document": (
        "GET /v1/requests/{request_id}/answer/document",
    ),
    "GET /workbench/requests/{request_id}/answer/document.pdf": (
        "GET /v1/requests/{request_id}/answer/document.pdf",
    ),
    "GET /workbench/requests/{request_id}/deletions": ("GET /v1/requests/{request_id}/deletions",),
    "POST /workbench/requests/{request_id}/deletions": (
        "POST /v1/requests/{request_id}/deletions",
    ),
    "POST /workbench/requests/{request_id}/deletions/{deletion_id}/carrying-out": (
        "POST /v1/deletions/{deletion_id}/carrying-out",
    ),
    "GET /workbench/deletions": ("GET /v1/deletions",),
    "GET /workbench/deletions/{deletion_id}": ("GET /v1/deletions/{deletion_id}",),
    "POST /workbench/deletions/{deletion_id}/decision": (
        "POST /v1/deletions/{deletion_id}/decision",
    ),
    "GET /workbench/unanswered-notices": ("GET /v1/disclosure-notices/unanswered",),
    "GET /workbench/retention": ("GET /v1/retention/plans",),
    "POST /workbench/retention": ("POST /v1/retention/plans",),
    "GET /workbench/retention/plans/{plan_id}": ("GET /v1/retention/plans/{plan_id}",),
    "POST /workbench/retention/plans/{plan_id}/recount": (
        "POST /v1/retention/plans/{plan_id}/recount",
    ),
    "POST /workbench/retention/plans/{plan_id}/release": (
        "POST /v1/retention/plans/{plan_id}/release",
    ),
    "POST /workbench/retention/plans/{plan_id}/call-back": (
        "POST /v1/retention/plans/{plan_id}/call-back",
    ),
    "POST /workbench/retention/plans/{plan_id}/carry-out": (
        "POST /v1/retention/plans/{plan_id}/carry-out",
    ),
    # Publication
    "GET /workbench/publication": ("GET /v1/publication/releases",),
    "POST /workbench/publication": ("POST /v1/publication/releases",),
    "GET /workbench/publication/releases/{quarter}": ("GET /v1/publication/releases/{quarter}",),
    "GET /workbench/publication/disclosure-log": ("GET /v1/publication/disclosure-log",),
    "GET /workbench/publication/information/{request_id}": ("GET /v1/requests/{request_id}",),
    "POST /workbench/publication/information/{request_id}": (
        "POST /v1/publication/information/{request_id}/answer",
    ),
    # Several roles
    "POST /workbench/links/{link_id}/court-bundle": ("POST /v1/links/{link_id}/court-bundle",),
    "GET /workbench/links": ("GET /v1/links",),
    "GET /workbench/links/{link_id}": ("GET /v1/links/{link_id}/story",),
    "GET /workbench/people/{person_id}/consultations": (
        "GET /v1/people/{person_id}/consultations",
    ),
    "GET /workbench/statistics": ("GET /v1/statistics",),
    "GET /workbench/competence": ("GET /v1/competence",),
    # Forces
    "GET /workbench/searches": ("GET /v1/searches",),
    "POST /workbench/searches/new": ("POST /v1/searches",),
    "GET /workbench/searches/{search_id}": ("GET /v1/searches/{search_id}",),
    "POST /workbench/names": ("POST /v1/names-enquiries",),
    "POST /workbench/new-record": ("POST /v1/records", "POST /v1/names-enquiries"),
    "GET /workbench/records": ("GET /v1/records",),
    "GET /workbench/records/{record_id}": (
        "GET /v1/records/{record_id}",
        "GET /v1/records/{record_id}/claims",
        "GET /v1/records/{record_id}/versions",
    ),
    "GET /workbench/records/{record_id}/versions/{version}": (
        "GET /v1/records/{record_id}/versions/{version}",
        "GET /v1/records/{record_id}/versions",
    ),
    # Requests to other States
    "GET /workbench/exchange/requests": ("GET /v1/exchange/requests",),
    "GET /workbench/exchange/requests/{asked_id}": ("GET /v1/exchange/requests/{asked_id}",),
    "POST /workbench/exchange/requests/new": ("POST /v1/exchange/requests",),
    # Auditors
    "GET /workbench/log/entries/{event_id}": (
        "GET /v1/log/entries",
        "GET /v1/log/proofs/inclusion",
    ),
    "GET /workbench/log/entries/{event_id}/receipt": ("GET /v1/log/proofs/inclusion",),
    "GET /workbench/log/checkpoint": ("GET /v1/log/checkpoint",),
    "GET /workbench/log/export": ("GET /v1/log/search",),
    "GET /workbench/log/misuse": ("GET /v1/findings",),
    "GET /workbench/log": ("GET /v1/log/entries", "GET /v1/log/search"),
    # Old records
    "GET /workbench/conversion": ("GET /v1/conversion/lots",),
    "POST /workbench/conversion": ("POST /v1/conversion/lots",),
    "GET /workbench/conversion/lots/{lot_id}": ("GET /v1/conversion/lots/{lot_id}",),
    "POST /workbench/conversion/lots/{lot_id}/sample": (
        "POST /v1/conversion/lots/{lot_id}/sample",
    ),
    "POST /workbench/conversion/lots/{lot_id}/verdict": (
        "POST /v1/conversion/lots/{lot_id}/verdict",
    ),
    "POST /workbench/conversion/lots/{lot_id}/withdrawal": (
        "POST /v1/conversion/lots/{lot_id}/withdrawal",
    ),
    "POST /workbench/conversion/lots/{lot_id}/destruction": (
        "POST /v1/conversion/lots/{lot_id}/destruction",
    ),
    "GET /workbench/conversion/lots/{lot_id}/certificate": (
        "GET /v1/conversion/lots/{lot_id}/certificate",
    ),
    "GET /workbench/conversion/frames/{frame_id}/image": (
        "GET /v1/conversion/frames/{frame_id}/image",
    ),
    "GET /workbench/conversion/lots/{lot_id}/key": (
        "GET /v1/conversion/lots/{lot_id}/frames-to-key",
    ),
    "POST /workbench/conversion/lots/{lot_id}/key/{frame_id}": (
        "POST /v1/conversion/frames/{frame_id}/keyings",
    ),
    "GET /workbench/conversion/lots/{lot_id}/settle": (
        "GET /v1/conversion/lots/{lot_id}/frames-to-settle",
    ),
    "GET /workbench/conversion/frames/{frame_id}": ("GET /v1/conversion/frames/{frame_id}",),
    "POST /workbench/conversion/frames/{frame_id}/settlement": (
        "POST /v1/conversion/frames/{frame_id}/settlement",
    ),
    "POST /workbench/conversion/frames/{frame_id}/codes": (
        "POST /v1/conversion/frames/{frame_id}/codes",
    ),
    "POST /workbench/conversion/frames/{frame_id}/search": (
        "POST /v1/conversion/frames/{frame_id}/search",
    ),
    "POST /workbench/conversion/frames/{frame_id}/match": (
        "POST /v1/conversion/frames/{frame_id}/match",
    ),
    "POST /workbench/conversion/frames/{frame_id}/reading": (
        "POST /v1/conversion/frames/{frame_id}/match/reading",
    ),
    "POST /workbench/conversion/frames/{frame_id}/writing": (
        "POST /v1/conversion/frames/{frame_id}/writing",
    ),
    "GET /workbench/conversion/lots/{lot_id}/read": ("GET /v1/conversion/lots/{lot_id}/sample",),
    "POST /workbench/conversion/lots/{lot_id}/read": (
        "POST /v1/conversion/lots/{lot_id}/sample/readings",
    ),
}
"""The calls that together do what a page does; a role needs one that it may make."""

_SESSIONS = "a person at a browser has a session; a caller of the API proves who calls by a token"
_BLANK = "an empty form: it reads nothing, and its fields are the body of the call that it sends"
_OWN_FACTOR = "a second factor belongs to the password of an account, and a token has no password"
_OWN_TOKENS = "warns a person at a browser of tokens issued in their name, whoever holds those"
_WAY = "leads a browser to a page and reads nothing"

EXCEPTIONS: dict[str, str] = {
    "GET /docs": "shows `GET /openapi.json` to people",
    "GET /glossary": "explains words; it shows no data",
    "OPTIONS /readyz": "is `GET /readyz` for balancers that ask so",
    "GET /": _WAY,
    "GET /workbench": _WAY,
    "GET /workbench/{rest:path}": "says that there is no such page; the API has a problem for it",
    "GET /workbench/sign-in": _SESSIONS,
    "POST /workbench/sign-in": _SESSIONS,
    "POST /workbench/sign-out": _SESSIONS,
    "GET /workbench/sign-in/provider": _SESSIONS,
    "GET /workbench/sign-in/provider/answer": _SESSIONS,
    "GET /workbench/second-factor": _OWN_FACTOR,
    "POST /workbench/second-factor": _OWN_FACTOR,
    "POST /workbench/second-factor/key": _OWN_FACTOR,
    "POST /workbench/second-factor/removal": _OWN_FACTOR,
    "GET /workbench/tokens": _OWN_TOKENS,
    "GET /workbench/accounts": _BLANK,
    "POST /workbench/accounts": "two administrators type passwords and codes; `identlink account`"
    " asks for them at the console",
    "GET /workbench/searches/new": _BLANK,
    "GET /workbench/names": _BLANK,
    "GET /workbench/new-record": _BLANK,
    "GET /workbench/find": _BLANK,
    "POST /workbench/find": "a picker for people; programs name people by their ids",
    "GET /workbench/requests/new": _BLANK,
    "GET /certificates": _BLANK,
    "GET /certificates/changes": _BLANK,
    "POST /certificates/changes": (
        "is `POST /v1/certificates/watch-check` for people: both are open to anybody"
    ),
    "POST /certificates": "is `POST /v1/certificates/check` for people: both are open to anybody",
    "POST /workbench/today/drafts": "discards a draft of the visitor; programs have no drafts",
    "GET /workbench/today": "the figures of `identlink status`; metrics tell programs",
    "GET /workbench/model-checks": "figures; `identlink law status` and metrics tell programs",
    "GET /workbench/exchange/requests/new": _BLANK,
    "GET /workbench/exchange": "shows what `identlink exchange reconcile` prints; no call yet",
}
"""Pages without a call, and why.

Drafts have no page: a form that comes after the end of its session is kept and shown again after
the next sign-in. A token has no form to lose: its caller sends the call again.
"""


@dataclass(frozen=True, slots=True)
class Page:
    """A route of the workbench."""

    operation: str
    """`METHOD /path`."""
    roles: frozenset[Role]
    """Empty for a page that asks for no role."""


def pages_of(app: FastAPI) -> tuple[Page, ...]:
    """Return every page of an application, that is every route which no document tells of."""
    return tuple(
        Page(f"{method} {route.path}", _roles(route.dependant))
        for route in _routes(app.routes)
        if not route.include_in_schema
        for method in sorted(route.methods)
    )


def _routes(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from _routes(route.original_router.routes)


def _roles(dependant: Dependant) -> frozenset[Role]:
    found = dependant.call.roles if isinstance(dependant.call, HasRole) else frozenset()
    return found.union(*(_roles(inner) for inner in dependant.dependencies))
