from __future__ import annotations

import pytest

from domain import errors
from domain.errors import LinkingError
from service.api.problems import (
    PROBLEM_TYPES,
    STATUSES,
    FieldFault,
    MalformedRequestError,
    problem_of,
)


def every_error() -> list[type[LinkingError]]:
    found, waiting = [], [LinkingError]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    return [kind for kind in found if not kind.__module__.startswith("tests.")]


def built(kind: type[LinkingError]) -> LinkingError:
    if kind is MalformedRequestError:
        return MalformedRequestError((FieldFault("Wrong.", "/field"),))
    return kind("A detail.")


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_every_error_has_a_status_of_its_own_and_a_complete_document(
    kind: type[LinkingError],
) -> None:
    problem = problem_of(built(kind), request_id="abc")

    assert kind in STATUSES
    assert problem.status == problem.document["status"] == STATUSES[kind]
    assert problem.document["type"] == f"/problems/{kind.code}"
    assert problem.document["title"] == kind.title
    assert problem.document["instance"] == "abc"
    assert 400 <= problem.status < 600


def test_no_two_errors_share_a_code() -> None:
    codes = [kind.code for kind in every_error()]

    assert len(codes) == len(set(codes))
    assert set(PROBLEM_TYPES) == set(codes)


CODES = """
access already-decided already-revoked ambiguous-length awaiting-witness backup-damaged
body-too-large case-not-claimed case-taken closed-case competence-not-shown configuration conflict
database-missing disk-full duplicate-position empty-probe evidence-tampered foreign-keys
found-since-the-search gallery-incomplete idempotency-conflict index index-damaged index-not-ready
internal invalid-certificate invalid-date invalid-identifier invalid-input invalid-minutiae
invalid-note invalid-proof invalid-quality invalid-template io-error keys-missing leaving
log-damaged malformed-encoding malformed-json malformed-request message-fault method-not-allowed
missing-purpose model no-agreement no-descriptors not-authenticated not-found not-permitted
not-releasable not-searchable not-their-source outside-calendar payload-erased pdf-not-installed
prints-busy provenance provider-refused provider-unavailable rate-limited read-only request-step
request-timeout scanner-unavailable second-factor-missing self-verification server-replaced
stale-case stale-record stale-request state-behind step-out-of-order store-locked store-unavailable
too-many-attempts unfounded-finding unknown-force unknown-request-kind unknown-rule
unknown-template-format unreadable-print unsupported-encoding unsupported-media-type
unsupported-search upload-refused uploads-busy vault-damaged witness-refused
"""


def test_no_class_that_is_renamed_takes_a_published_code_away() -> None:
    assert PROBLEM_TYPES.keys() >= set(CODES.split())


def test_only_a_malformed_payload_is_422() -> None:
    assert [kind for kind, status in STATUSES.items() if status == 422] == [MalformedRequestError]


def test_conflicts_are_409() -> None:
    conflicts = [kind for kind in every_error() if issubclass(kind, errors.ConflictError)]

    assert {STATUSES[kind] for kind in conflicts} == {409}


def test_a_pointer_leads_to_what_is_refused() -> None:
    problem = problem_of(errors.InvalidDateError("No such day.", pointer="/on"), request_id="")

    assert problem.document["errors"] == [{"detail": "No such day.", "pointer": "/on"}]


def test_without_a_pointer_there_is_no_list_of_faults() -> None:
    assert "errors" not in problem_of(errors.StaleCaseError(), request_id="").document


def test_the_detail_of_an_internal_error_stays_inside() -> None:
    problem = problem_of(errors.VaultDamagedError("Item 7 is swapped."), request_id="")

    assert problem.document["detail"] == errors.VaultDamagedError.title


@pytest.mark.parametrize(
    ("kind", "header"),
    [
        (errors.NotAuthenticatedError, "WWW-Authenticate"),
        (errors.IndexNotReadyError, "Retry-After"),
    ],
)
def test_some_statuses_say_more_in_a_header(kind: type[LinkingError], header: str) -> None:
    assert header in problem_of(kind(), request_id="").headers
