"""Health, metrics and the pages of problem types.

- `operations`: whether the service lives, whether it can serve, and its figures; no token,
  nothing personal
- `problem_pages`: the meaning of each problem type: the addresses in the `type` of a problem
  document
"""

from __future__ import annotations

from service.api.operations import operations, problem_pages

ROUTERS = (operations.router, problem_pages.router)
