"""The case officers' desk: requests about people, by the day on which their answer is due.

- `desk`: the list by due day, search by reference, and the form that opens a request
- `handing`: the documents that are available to the applicant of a request
- `one_request`: one request: its log, the person, and the convictions with their verdicts
- `own_answer`: the answer to a person about their own data: prepared by field, read, handed out
- `proofs`: what an applicant stated beside the documents that show it, ticked
- `steps`: the steps that a case officer takes on a request
- `unanswered`: the recipients of data that have not acknowledged a change of it
"""

from __future__ import annotations

from service.web.requests import desk, handing, one_request, own_answer, proofs, steps, unanswered

ROUTERS = (
    *(desk.router, one_request.router, own_answer.router, handing.router),
    *(proofs.router, steps.router, unanswered.router),
)
