"""The steps of examiners and supervisors.

- `cases`: examiners work cases: claim, analyse the probe, compare exemplars one by one, decide
- `cases_schemas`: the examiner's steps. `service.usecases.examination.views` decides what is
  known at each
- `supervision`: supervisors resolve differences of opinion, un-link, and have people erased
- `supervision_schemas`: differences of opinion, and erasure
"""

from __future__ import annotations

from service.api.examination import cases, supervision

ROUTERS = (cases.router, supervision.router)
