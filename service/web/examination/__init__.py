"""Pages of examiners and supervisors.

- `charts`: charts of a sealed comparison: both prints of a finger with the marked points, as SVG
- `concluded`: a case after the last seal: ranks, evidence, details
- `desk`: an examiner's desk: queue, own cases, claim and release
- `examination`: the steps of an examination: analysis, comparison, decision. First and second
  look alike
- `fingers`: which impressions of a probe and of an exemplar are looked at side by side
- `markups`: the mark-up of a probe as the page of analysis sends it: hidden JSON, and fields by
  finger
- `phrases`: phrases of reasons, by outcome: the start of a reason, which its examiner edits
- `plots`: figures as bars: plain numbers that a template turns into SVG, so that no style is
  inline
- `points`: point pairs and fingers as the comparison page sends them: hidden JSON, and ticked
  boxes
- `prints`: pictures and minutiae of prints, reached only through a case and a neutral label
- `revision`: an examiner's revision of a comparison: the comparison page again, sealed in its
  place
- `sealed`: an examiner's own sealed comparison, drawn for reading and for paper
- `statistics`: figures of the desk, as tables and as plots
- `supervision`: a supervisor's pages: open work, priorities, control items, differences of
  opinion
"""

from __future__ import annotations

from service.web.examination import (
    concluded,
    desk,
    examination,
    prints,
    revision,
    sealed,
    statistics,
    supervision,
)

ROUTERS = (
    desk.router,
    prints.router,
    concluded.router,
    sealed.router,
    revision.router,
    examination.router,
    supervision.router,
    statistics.router,
)
