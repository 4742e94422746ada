"""The published document: servers, tags, scopes, webhooks, problem types, examples."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from domain.access.access import ROLE_SCOPES, Scope
from domain.events.catalogue import topics
from service.api.problems import MEDIA_TYPE, PROBLEM_TYPES

EXAMPLES = Path(__file__).with_name("examples.json")
"""Bodies and answers recorded from real calls, by operation: `body`, and answers by status."""


@cache
def recorded() -> dict[str, dict[str, Any]]:
    """Return the examples of each call: its body, and its answers by status."""
    found: dict[str, dict[str, Any]] = json.loads(EXAMPLES.read_text("utf-8"))
    return found


TAGS = {
    "force": "Enrolments, searches, outcomes and webhooks, for forces.",
    "client": "Access tokens for the systems of forces.",
    "administrator": "Tokens and clients, for administrators.",
    "agency": "Requests of agencies in their own name, within their agreements.",
    "auditor": "The log, accesses to data, findings and evidence, for auditors.",
    "case officer": "Requests of States, agencies, forces and people, for case officers.",
    "certificates": "Certificates checked by anybody; no token is needed.",
    "conversion": "Conversion of old records on film and paper, from the frame to the record.",
    "examiner": "The steps of an examination.",
    "exchange": "Signed messages of the central authorities of other States.",
    "figures": "Statistics of the office.",
    "identity provider": "Notices from the identity provider.",
    "links": "Confirmed links, for all who are permitted to read them.",
    "public pages": "Applications of the public, by reference and code.",
    "operations": "Health, metrics and explanations of problems.",
    "referral body": "Referrals of applications for work with children, answered by the"
    " referral body.",
    "supervisor": "Differences, priorities, merges and erasures.",
}
"""What each audience finds here; forces come first, because most clients are written for them."""

_SCOPES: dict[Scope, str] = {
    Scope.ENROL: "Enrol captures and read your own.",
    Scope.SEARCH: "Search with prints.",
    Scope.READ_SEARCHES: "Read your own searches and their outcomes.",
    Scope.NAMES_ENQUIRY: "Search by names and details.",
    Scope.EXAMINE: "Work cases.",
    Scope.RESOLVE: "Resolve differences and manage the queue.",
    Scope.READ_EVIDENCE: "Read candidates with their evidence.",
    Scope.READ_LINKS: "Read confirmed links.",
    Scope.REVOKE_LINKS: "Revoke links.",
    Scope.READ_LOG: "Read the log.",
    Scope.READ_CONSULTATIONS: "Read who has accessed a person's data.",
    Scope.READ_RECORDS: "Read records.",
    Scope.AMEND_RECORDS: "Amend your own records.",
    Scope.BEGIN_RECORDS: "Begin records of people without prints.",
    Scope.TELL_MATTERS: "Send court results and other matters.",
    Scope.READ_FIGURES: "Read figures.",
    Scope.RESTRICT: "Restrict people, and lift restrictions.",
    Scope.READ_RESTRICTIONS: "Read restrictions.",
    Scope.READ_RESTRICTED: "Read restricted evidence that your force holds.",
    Scope.DECIDE_DELETIONS: "Decide on deletions of your own arrests.",
    Scope.ERASE: "Request and confirm erasures.",
    Scope.MERGE: "Merge persons, together with a second supervisor.",
    Scope.OPERATE: "Issue tokens, and add clients and accounts.",
    Scope.WEBHOOKS: "Keep webhooks.",
    Scope.WORK_REQUESTS: "Work on requests of States, agencies, forces and people.",
    Scope.READ_REQUESTS: "Read requests and the disclosures made because of them.",
    Scope.ASK_AS_AGENCY: "Make requests in the name of your agency, and follow them.",
    Scope.KEEP_AGREEMENTS: "Maintain the agreements with agencies.",
    Scope.READ_AGREEMENTS: "Read the agreements with agencies, and the ASNs issued for them.",
    Scope.CARRY_APPLICATIONS: "Forward applications between the public and the office.",
    Scope.KEEP_LOTS: "Open lots of old records, draw their samples, decide and withdraw them.",
    Scope.SCAN_FRAMES: "Send frames of old records.",
    Scope.KEY_FRAMES: "Key frames of old records.",
    Scope.SETTLE_FRAMES: "Settle keyings, and match frames to records.",
    Scope.READ_SAMPLES: "Read samples of converted records.",
    Scope.SEE_FRAMES: "See lots and frames of old records.",
    Scope.READ_CONVERSION: "Read figures, certificates and sources of conversion.",
    Scope.ANSWER_REFERRALS: "Answer referrals.",
}
_SIGNED = {
    "webhook-id": "The same for every attempt: store it, because a message may be"
    " delivered twice.",
    "webhook-timestamp": "Seconds since 1970 at this attempt: reject a message that is"
    " some minutes old.",
    "webhook-signature": "`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`;"
    " several signatures separated by spaces while the secret is being changed (Standard"
    " Webhooks).",
}


_HEADERS = {
    "X-Request-Id": "Id of this call: quote it when you ask about the response.",
    "Retry-After": "Seconds after which to try again.",
    "WWW-Authenticate": "What was wrong with the token that was sent (RFC 6750).",
}
_SENT_WITH = {
    **dict.fromkeys((401, 403), "WWW-Authenticate"),
    **dict.fromkeys((429, 503), "Retry-After"),
}
"""Headers that an answer has in addition to the request id, by status."""

_SAID_OF = {
    "Idempotency-Key": "A call that is repeated with the same `Idempotency-Key` is done once.",
    "after": "Paged: for the next page, send the cursor of the response as `after`.",
    "before": "Paged: for the next page, send the cursor of the response as `before`.",
    "X-Application-Code": "Only with the reference and the code of the application.",
}
"""Sentences for calls that have a parameter, by its name."""

_EXAMPLES = {
    "application/vc": '{"type":["VerifiableCredential","BitstringStatusListCredential"]}',
    "application/xml": "<DeliverRequest>...<ResultedCaseMessage>...</ResultedCaseMessage>"
    "</DeliverRequest>",
    "application/x-ndjson": '{"search_type":"TP/TP","impressions":[]}\n',
    "text/plain": "identlink.example/log\n256\n5f0c3a1d...\n",
}
"""Examples of bodies that are not JSON."""


def finish(document: dict[str, Any], *, prefix: str) -> None:
    """Complete an OpenAPI document in place; the service is served under `prefix`."""
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        for told in schema.get("properties", {}).values():
            _even(told)
    document["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    document["info"]["contact"] = {"name": "The office that runs this service"}
    document["servers"] = [{"url": prefix or "/", "description": "This service."}]
    document["components"]["securitySchemes"] = _schemes(prefix)
    document["x-problem-types"] = {
        f"/problems/{kind.code}": {"title": kind.title, "status": kind.status}
        for kind in PROBLEM_TYPES.values()
    }
    used = set()
    for name, operation in _operations(document):
        used |= set(operation["tags"])
        _finish(operation, schemas, recorded().get(name, {}))
    document["tags"] = [{"name": name, "description": TAGS[name]} for name in TAGS if name in used]
    document["webhooks"] = {topic: {"post": _webhook(topic, names)} for topic, names in _told()}


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def _told() -> list[tuple[str, str]]:
    return [(str(topic), names) for topic, names in topics().items()]


def _schemes(prefix: str) -> dict[str, Any]:
    return {
        "client": {
            "type": "oauth2",
            "description": "A force's system exchanges its client's id and secret for a token.",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": f"{prefix}/v1/oauth/token",
                    "scopes": {scope.value: _SCOPES[scope] for scope in Scope},
                }
            },
        },
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token that was issued, or an access token of the identity provider.",
        },
    }


def _finish(operation: dict[str, Any], schemas: dict[str, Any], examples: dict[str, Any]) -> None:
    needed = [scope for one in operation.pop("security", []) for scope in one.get("token", [])]
    operation["security"] = [{"client": needed}, {"token": []}] if needed else []
    first, _, more = operation["description"].partition("\n\n")
    operation["summary"] = first.replace("\n", " ")
    operation["description"] = "\n\n".join(filter(None, (more, _circumstances(operation))))
    for parameter in operation.get("parameters", []):
        _simplify(parameter["schema"])
    _exemplify(operation.get("requestBody", {}), examples.get("body"))
    for status, answer in operation["responses"].items():
        if answer.get("description") == "Successful Response":
            answer["description"] = _success(answer, schemas)
        _exemplify(answer, examples.get(status), status=int(status))
        sent = {"X-Request-Id", _SENT_WITH.get(int(status), "X-Request-Id")}
        answer["headers"] = answer.get("headers", {}) | {name: _header(name) for name in sent}


def _circumstances(operation: dict[str, Any]) -> str:
    """Return what all calls of this form have in common: who may call, pages, repetition."""
    needed = [Scope(name) for one in operation["security"] for name in one.get("client", [])]
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    told = [f"Scope `{scope.value}` ({_roles_with(scope)})." for scope in needed]
    if not needed:
        told = ["No token is needed."]
    for given, sentence in _SAID_OF.items():
        if given in names:
            told.append(sentence)
    return " ".join(told)


def _roles_with(scope: Scope) -> str:
    """Return the roles that have a scope unless their tokens are given fewer."""
    return ", ".join(sorted(role.value for role, held in ROLE_SCOPES.items() if scope in held))


def _header(name: str) -> dict[str, Any]:
    kind = "integer" if name == "Retry-After" else "string"
    return {"description": _HEADERS[name], "schema": {"type": kind}}


def _simplify(schema: dict[str, Any]) -> None:
    """Remove null from the types of an optional parameter: it may be absent, but never null."""
    choices = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    if len(choices) == 1:
        del schema["anyOf"]
        schema.update(choices[0])


def _even(schema: dict[str, Any]) -> None:
    """Declare the items of a tuple with equal parts, because linters and generators need this."""
    parts = schema.get("prefixItems", [])
    if parts and all(part == parts[0] for part in parts):
        schema["items"] = parts[0]
        del schema["prefixItems"]


def _success(answer: dict[str, Any], schemas: dict[str, Any]) -> str:
    for content in answer.get("content", {}).values():
        name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        if name:
            return str(schemas[name]["description"]).split("\n\n")[0].replace("\n", " ")
    return "Done."


def _exemplify(body: dict[str, Any], recorded: Any, *, status: int = 0) -> None:
    """Add the examples of a request or response body: what was recorded, and each problem."""
    for media_type, content in body.get("content", {}).items():
        if media_type == MEDIA_TYPE:
            content["example"] = _problem(body["description"], status)
        elif media_type == "application/json" and recorded is not None:
            content["example"] = recorded
        elif media_type in _EXAMPLES:
            content.setdefault("example", _EXAMPLES[media_type])


def _problem(told: str, status: int) -> dict[str, Any]:
    """Return an example document of the first problem that a description names."""
    kind = PROBLEM_TYPES[told.split("`")[1]]
    return {
        "type": f"/problems/{kind.code}",
        "title": kind.title,
        "status": status,
        "detail": kind.title,
        "instance": "5f0c3a1de94b4c1c8a52f4f2b0c7d913",
        "errors": [],
    }


def _webhook(topic: str, names: str) -> dict[str, Any]:
    data = {"type": "object", "properties": {names: {"type": "string"}}, "required": [names]}
    properties = {
        "type": {"const": topic},
        "timestamp": {"type": "string", "format": "date-time"},
        "data": {**data, "description": "The id of what to read; never its content."},
    }
    example = {"type": topic, "timestamp": "2026-03-14T09:26:53Z", "data": {names: "5f0c3a1d"}}
    schema = {"type": "object", "properties": properties, "required": [*properties]}
    return {
        "operationId": f"told_{topic.replace('.', '_')}",
        "tags": ["force"],
        "summary": f"Notifies you that there is something to read: {topic}",
        "description": "Any 2xx answer accepts the message; after any other answer it is"
        " sent again, for days.",
        "security": [],
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": sentence,
                "schema": {"type": "string"},
            }
            for name, sentence in _SIGNED.items()
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema, "example": example}},
        },
        "responses": {"200": {"description": "Taken."}, "4XX": {"description": "Not taken."}},
    }
