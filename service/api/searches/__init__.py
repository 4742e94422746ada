"""Searches, batches, names enquiries, and evidence.

- `answers`: the outcome of a search as a transaction of ANSI/NIST-ITL
- `batch_lines`: lines of a batch: each is what `POST /v1/searches` takes, read when it is worked
- `batches`: forces submit many searches at once, and read how they come along
- `batches_schemas`: batches: how they and their lines stand
- `enquiries`: forces ask by names, dates and identifiers alone
- `enquiries_schemas`: names enquiries: the stated details, and possible people
- `evidence_schemas`: candidates with their evidence, for permitted readers: after the seal, or
  auditors
- `searches`: forces search, and read the outcome
- `searches_schemas`: a search: the request, and how it stands. Never a score, a candidate or a
  case
"""

from __future__ import annotations

from service.api.searches import answers, batches, enquiries, searches

ROUTERS = (searches.router, answers.router, batches.router, enquiries.router)
