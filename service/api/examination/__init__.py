"""The steps of examiners and supervisors.

- `cases`: examiners work cases: claim, analyse the probe, compare exemplars one by one, decide
- `cases_schemas`: the examiner's steps; `service.usecases.examination.views` hides data at each
- `desk`: the desk: an examiner's queue, and the open work as a supervisor orders it
- `markups_schemas`: the mark-up of a probe, as it travels in both directions
- `prints`: pictures and minutiae of prints, reached only through a case and a neutral label
- `sealed`: an examiner's own sealed work, to be read again: one comparison, and a case after the
  end
- `statistics`: figures of the desk
- `supervision`: supervisors resolve differences of opinion, and un-link
"""

from __future__ import annotations

from service.api.examination import cases, desk, prints, sealed, statistics, supervision

ROUTERS = (
    cases.router,
    prints.router,
    sealed.router,
    desk.router,
    supervision.router,
    statistics.router,
)
