"""Searches, batches, names enquiries, and evidence.

- `answers`: the outcome of a search as a transaction of ANSI/NIST-ITL
- `batch_lines`: lines of a batch: each is what `POST /v1/searches` takes, read when it is worked
- `batches`: forces submit many searches at once, and read how they come along
- `enquiries`: forces ask by names, dates and identifiers alone
- `evidence_schemas`: candidates with their evidence, for permitted readers: after the seal, or
  auditors
- `searches`: forces search, and read the outcome
"""

from __future__ import annotations

from service.api.searches import answers, batches, enquiries, searches

ROUTERS = (searches.router, answers.router, batches.router, enquiries.router)
