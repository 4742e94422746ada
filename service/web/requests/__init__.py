"""The case officers' desk: requests about people, by the day on which their answer is due.

- `desk`: the list by due day, search by reference, and the form that opens a request
- `one_request`: one request: its log, the person, and the convictions with their verdicts
- `steps`: the steps that a case officer takes on a request
"""

from __future__ import annotations

from service.web.requests import desk, one_request, steps

ROUTERS = (desk.router, one_request.router, steps.router)
