"""A valid body for every call that takes one, with another force's ids wherever possible.

`test_bodies` fails if a call of the OpenAPI document has no body here, if a body is malformed, or
if a place for an id is left empty. A string in braces stands for the id of that name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.court_messages import Told
from tests.integration.api.minutiae import without_prints
from tests.integration.api.prints import encounter, record, tenprint

OURS, THEIRS = "01", "47"

JSON, NDJSON = "application/json", "application/x-ndjson"
FORM = "application/x-www-form-urlencoded"
XML = "application/xml"

REASON = "One set of prints."
CAPTURE = {name: encounter(1, capture=2)[name] for name in ("captured_at", "impressions")}
SEARCH = {
    "search_type": "TP/TP",
    "impressions": tenprint(1, capture=3),
    "details": {"names": record(1)["names"]},
}
NAME = {"kind": "name", "forename": "Ann", "surname": "Other"}
DISPOSAL = {"kind": "disposal", "disposal": "convicted", "on": "2024-05-06"}
IN_A_RECORD = {
    "version": "1",
    "number": "1",
    "agency": "HARB",
    "asn": "2005FF0500000000555P",
    "item_id": "name-1",
    "parent_id": "offence-1",
    "other_item_id": "nationality-2",
}
"""Ids that are no secret: every record has them, and they name something within one alone."""

BODIES: dict[str, Any] = {
    "POST /v1/encounters": CAPTURE | {"person_id": "{person_id}"},
    "POST /v1/records": record(91) | {"enquiry_id": "{search_id}", "excluded": ["{candidate_id}"]},
    "POST /v1/records/{record_id}/amendments": {
        "expected_version": 2,
        "changes": [
            {"change": "correct", "item_id": "{item_id}", "item": NAME},
            {"change": "add", "parent_id": "{parent_id}", "item": DISPOSAL},
            {"change": "withdraw", "item_id": "{other_item_id}"},
        ],
        "reason": "court result",
        "reason_text": "Convicted.",
        "source": "court",
        "source_reference": "Leeds, 7 of 2024",
    },
    "POST /v1/searches": SEARCH,
    "POST /v1/search-batches": [SEARCH, SEARCH],
    "POST /v1/names-enquiries": {
        "details": {name: record(1)[name] for name in ("names", "dates_of_birth")}
    },
    "POST /v1/cases/{case_id}/analysis": {"is_of_value": True, "notes": "Clear."},
    "POST /v1/cases/{case_id}/comparisons": {"label": "ABC", "outcome": "excluded"},
    "POST /v1/cases/{case_id}/comparisons/{label}/revisions": {
        "outcome": "excluded",
        "reason": "Seen again.",
    },
    "POST /v1/cases/{case_id}/decisions": {
        "outcome": "excluded",
        "reason": "They differ.",
        "revision": "{revision}",
    },
    "POST /v1/cases/{case_id}/resolution": {
        "decision_id": "{decision_id}",
        "reason": "Seen by a third.",
        "revision": "{revision}",
    },
    "POST /v1/differences/{case_id}/further": {
        "reason": "The finger is swollen.",
        "revision": "{revision}",
    },
    "POST /v1/cases/{case_id}/priority": {"priority": "urgent"},
    "POST /v1/priorities": {"cases": ["{case_id}"], "priority": "urgent"},
    "POST /v1/links/{link_id}/revocation": {"reason": "A mistake."},
    "POST /v1/people/{person_id}/restriction": {
        "ground": "kept as evidence",
        "holder": THEIRS,
        "reasons": REASON,
    },
    "POST /v1/records/{record_id}/items/{item_id}/restriction": {
        "ground": "kept as evidence",
        "holder": THEIRS,
        "reasons": REASON,
    },
    "POST /v1/restrictions/{restriction_id}/lifting": {
        "told_on": "2026-03-02",
        "reasons": REASON,
    },
    "POST /v1/people/{person_id}/erasure": {"basis": "court order", "authority": "ORDER-17"},
    "POST /v1/merges": {
        "surviving": "{person_id}",
        "absorbed": "{other_person_id}",
        "reason": REASON,
    },
    "POST /v1/merges/{merge_id}/undoing": {"reason": "They are two."},
    "POST /v1/gallery-cases/{gallery_case_id}/conclusion": {
        "outcome": "confirmed",
        "reason": REASON,
        "surviving": "{person_id}",
    },
    "POST /v1/requests": {
        "kind": "conviction-information",
        "asker": {"kind": "state", "code": "POL"},
        "purpose": "criminal proceedings",
        "legal_basis": "eufra-2020",
        "received_on": "2026-03-02",
        "subject": {"names": record(1)["names"]},
        "about": "{request_id}",
    },
    "POST /v1/requests/{request_id}/steps": {"expected_version": 1, "step": "accept"},
    "POST /v1/requests/{request_id}/search": {
        "expected_version": 1,
        "impressions": tenprint(1, capture=3),
    },
    "POST /v1/requests/{request_id}/identification": {
        "expected_version": 1,
        "candidate_id": "{candidate_id}",
        "words": "Passport.",
    },
    "POST /v1/requests/{request_id}/proofs": {
        "expected_version": 1,
        "checks": [{"claim": "name", "document_id": "{document_id}"}],
    },
    "POST /v1/requests/{request_id}/assessment": {"expected_version": 1},
    "POST /v1/requests/{request_id}/decision": {
        "expected_version": 1,
        "decision": "release",
        "words": "It must be given.",
        "include": [{"record_id": "{record_id}", "item_id": "{item_id}"}],
        "withhold": [{"record_id": "{other_record_id}", "item_id": "{item_id}"}],
    },
    "POST /v1/requests/{request_id}/second-reading": {"expected_version": 1, "agrees": True},
    "POST /v1/certificates/check": {"number": "0123A", "code": "0123A"},
    "POST /v1/certificates/watch-check": {
        "number": "0123A",
        "code": "0123A",
        "organisation": "Harbour School",
    },
    "POST /v1/certificates/{certificate_id}/revocation": {
        "ground": "issued in error",
        "words": REASON,
    },
    "POST /v1/referrals/{referral_id}/reply": {"verdict": "no objection", "words": REASON},
    "POST /v1/requests/{request_id}/deletions": {
        "record_id": "{record_id}",
        "item_id": "{item_id}",
        "asked": ["entry", "prints"],
        "captures": ["{encounter_id}"],
        "ground": "no-crime",
    },
    "POST /v1/deletions/{deletion_id}/decision": {
        "approved": ["entry"],
        "ground": "no-crime",
        "reasons": REASON,
    },
    "POST /v1/requests/{request_id}/answer": {
        "expected_version": 1,
        "search": REASON,
        "remove": [{"place": "held", "ground": "is privileged"}],
        "keep": ["held/prints"],
    },
    "POST /v1/agreements": {
        "agency": "HARB",
        "name": "Office for Harbours",
        "legal_status": "other body",
        "purposes": ["security check"],
        "reach": "unspent convictions",
        "starts_on": "2026-01-01",
        "review_on": "2027-01-01",
    },
    "POST /v1/agreements/{agency}/members": {"user": "{client_id}"},
    "POST /v1/agency/requests": {
        "kind": "agency-names-enquiry",
        "purpose": "security check",
        "subject": {"names": record(1)["names"]},
        "message_id": "{message_id}",
    },
    "POST /v1/agency/requests/{request_id}/answer": {"words": "The elder."},
    "POST /v1/requests/{request_id}/elsewhere": {"expected_version": 1, "words": "Roll 12."},
    "POST /v1/asns/{asn}/attachment": {
        "record_id": "{record_id}",
        "expected_version": 1,
        "disposal": "convicted",
        "offence": {
            "code": "TH68010",
            "title": "Theft",
            "is_recordable": True,
            "committed_on": "2026-01-02",
        },
    },
    "POST /v1/court-results": Told().delivered().decode(),
    "POST /v1/matters": {
        "source": "court",
        "reference": "7",
        "court": "B01EF01",
        "heard_on": "2026-06-01",
        "case_number": "05CJ0000126",
        "asn": "2005FF0500000000555P",
        "name": {"forename": "Ann", "surname": "Other"},
    },
    "POST /v1/matters/{matter_id}/attachment": {
        "expected_step": 1,
        "record_id": "{record_id}",
        "expected_version": 1,
        "laid": [{"offence": 0}],
        "words": "The same person.",
    },
    "POST /v1/matters/{matter_id}/return": {"expected_step": 1, "words": "Mend it."},
    "POST /v1/matters/{matter_id}/withdrawal": {"expected_step": 1, "words": "A namesake."},
    "POST /v1/matters/{matter_id}/answer": {"expected_step": 1, "agrees": True},
    "POST /v1/disputes": {
        "record_id": "{record_id}",
        "item_id": "{item_id}",
        "request_id": "{request_id}",
        "words": "That was my cousin.",
    },
    "POST /v1/disputes/{dispute_id}/proposal": {
        "expected_step": 0,
        "is_theirs": False,
        "words": "By the charge sheet.",
    },
    "POST /v1/disputes/{dispute_id}/answer": {"expected_step": 1, "agrees": True},
    "POST /v1/asn-results": {"asn": "2005FF0500000000555P", "result_on": "2026-02-02"},
    "POST /v1/applications": {"kind": "subject-access"},
    "POST /v1/application/pages": {
        "page": "name",
        "expected_version": 1,
        "typed": {"forename": ["Ann"]},
    },
    "POST /v1/application/documents": {"slot": "passport", "content": "AAAA"},
    "POST /v1/application/answer": {"words": "Here it is.", "document": ""},
    "POST /v1/conversion/lots": {"label": "ROLL-9", "medium": "film", "scan_ppi": 600},
    "POST /v1/conversion/frames": {
        "lot_id": "{lot_id}",
        "number": 2,
        "picture": "iVBORw0KGgo=",
    },
    "POST /v1/conversion/frames/{frame_id}/keyings": {"fields": [], "fault": "unreadable"},
    "POST /v1/conversion/frames/{frame_id}/settlement": {"fields": [], "fault": "unreadable"},
    "POST /v1/conversion/frames/{frame_id}/codes": {"court_code": "HC0001"},
    "POST /v1/conversion/frames/{frame_id}/search": {"impressions": tenprint(1, capture=3)},
    "POST /v1/conversion/frames/{frame_id}/match": {
        "outcome": "existing record",
        "candidate_id": "{candidate_id}",
        "other_candidate_id": "{candidate_id}",
        "words": "One man.",
    },
    "POST /v1/conversion/frames/{frame_id}/match/reading": {"agrees": True},
    "POST /v1/conversion/lots/{lot_id}/sample": {"seed": 7},
    "POST /v1/conversion/lots/{lot_id}/sample/readings": {"place": 1, "is_right": True},
    "POST /v1/conversion/lots/{lot_id}/withdrawal": {"words": "Mixed up."},
    "POST /v1/conversion/lots/{lot_id}/destruction": {"expected": 0},
    "POST /v1/publication/releases": {"quarter": "2020Q1"},
    "POST /v1/publication/releases/{quarter}/withdrawal": {
        "tables": [{"service": "freedom-of-information", "cut": "outcome"}],
        "note": "An error.",
    },
    "POST /v1/publication/information/{request_id}/answer": {
        "expected_version": 1,
        "outcome": "disclosed",
        "question": "How many?",
        "answer": "Ten.",
    },
    "POST /v1/records/{record_id}/numbers": {"kind": "PNC ID", "expected_version": 2},
    "POST /v1/retention/captures/{encounter_id}/facts": {
        "kind": "another regime",
        "on": "2026-03-02",
        "words": "Schedule 7.",
    },
    "POST /v1/retention/facts/{fact_id}/decision": {"agrees": True},
    "POST /v1/retention/plans": {"on": "2026-03-02"},
    "POST /v1/retention/reviews/{request_id}/proposal": {
        "expected_version": 1,
        "decision": "keep",
        "ground": "facts established",
        "reason": "The charge sheet was found.",
        "next_on": "2030-03-02",
    },
    "POST /v1/retention/reviews/{request_id}/second-reading": {
        "expected_version": 1,
        "agrees": True,
    },
    "POST /v1/exchange/requests": {
        "subject": {"names": [{"surname": "Muster"}], "nationalities": [{"nationality": "POL"}]},
        "purpose": "criminal proceedings",
        "legal_basis": "eufra-2020",
        "reference": "OUT-1",
    },
    "POST /v1/exchange/messages": {"transmissions": ["nonsense"]},
    "POST /v1/webhooks": {"url": "https://force.example/hook", "topics": ["search.concluded"]},
    "POST /v1/staff-prints": {
        **CAPTURE,
        "impressions": without_prints(tenprint(1, capture=3)),
        "user": f"custody-{THEIRS}",
    },
    "POST /v1/tokens": {"user": f"custody-{THEIRS}", "role": "force", "force": THEIRS},
    "POST /v1/clients": {"name": "custody-suite-by-night", "force": THEIRS},
    "POST /v1/oauth/token": {
        "grant_type": "client_credentials",
        "client_id": "{client_id}",
        "client_secret": "{our_secret}",
    },
    "POST /v1/oidc/back-channel-logout": {"logout_token": "nonsense"},
}
"""By call, as `calls` names it."""

MEDIA_TYPES = {
    "POST /v1/search-batches": NDJSON,
    "POST /v1/court-results": XML,
    "POST /v1/oauth/token": FORM,
    "POST /v1/oidc/back-channel-logout": FORM,
}
"""Bodies that are not JSON."""


def content_of(operation: str, ids: Mapping[str, str]) -> bytes:
    """Return the body of a call as sent, with the ids filled in."""
    body = _filled(BODIES[operation], ids)
    match MEDIA_TYPES.get(operation, JSON):
        case "application/x-ndjson":
            return "\n".join(map(json.dumps, body)).encode()
        case "application/x-www-form-urlencoded":
            return urlencode(body).encode()
        case "application/xml":
            return str(body).encode()
        case _:
            return json.dumps(body).encode()


def is_id(value: Any) -> bool:
    """Whether a value of the table stands for an id."""
    return isinstance(value, str) and re.fullmatch(r"\{\w+\}", value) is not None


def _filled(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(one, ids) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, ids) for one in value]
    return ids[value[1:-1]] if is_id(value) else value
