"""The promises of identlink, each guarded by the tests marked `promise(name)`.

`make test` runs every one of these tests, whatever it costs.
"""

from __future__ import annotations

import pytest

PROMISES = {
    "accesses": "Each look at personal data leaves an event, or nothing is shown.",
    "authorisation": "Each call and page refuses callers without the role and scope.",
    "blinding": "Before the seal, an examiner sees no score, rank, detail or other opinion.",
    "bundles": "A bundle verifies offline, and any changed byte is found.",
    "erasure": "What was held about an erased person opens no more, and the log verifies.",
    "idempotency": "A request sent twice has one effect.",
    "kills": "Whatever is killed, acknowledged work stays and nothing is half done.",
    "records": "Whoever is on record is found in the next call, with prints or without.",
    "replay": "A link is computed again from what was stored, with the same result.",
    "restriction": "Restricted data are in no answer, and all of them return.",
    "secrecy": "Logs, errors and event bodies hold no personal data.",
    "tampering": "Whatever is changed past the service, a verification names it.",
    "tenancy": "A force reads and changes its own requests and records only.",
    "two people": "No link without two sealed decisions by two people.",
    "upgrades": "A store of an earlier release moves on, keeps every row and verifies.",
}

KEPT_BY_DATABASES = {"erasure", "idempotency", "kills", "records", "tampering", "upgrades"}
"""Promises that a database helps to keep, by its transactions, triggers, policies or files.

Their tests run on both databases in `make test`; those of the others on one, and on both in
`make test-full`.
"""


def promises_of(item: pytest.Item) -> set[str]:
    """Return the promises that a test guards; raises UsageError for one that is not listed."""
    found = {str(mark.args[0]) for mark in item.iter_markers("promise")}
    if not found <= PROMISES.keys():
        raise pytest.UsageError(f"{item.nodeid} guards no promise of tests/promises.py")
    return found
