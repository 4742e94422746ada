"""The work of examiners and supervisors on a case.

- `after_seal`: a case after every decision is sealed: evidence, ranks, details and outcome
- `blinding`: blinding: exemplars under neutral labels, in an order of each examiner's own
- `claiming`: cases taken by an examiner and given back
- `competence`: the competence of examiners on record: control items, agreement with others,
  consistency
- `conclusion`: the consequence of sealed decisions: a verification, a difference, a link, or
  none
- `control_items`: control items: cases whose exemplars are known not to be of the probe's donor
- `drafts`: forms sent after a session had ended: kept for a day, only for the same person
- `finding_policies`: the office's policy on findings: read, and set as a new version with an
  event
- `grounds`: the ground of a finding: what its examiner was shown, compared with the office's
  policy
- `overview`: all open work as a supervisor orders it: what it waits for, returned cases,
  priorities
- `possible_outcomes`: the outcomes that a decision may have, by the steps that its examiner has
  sealed
- `prints`: prints that a person may look at, addressed through their own work alone
- `progress`: how far one examiner has come in a case, and whether its rows are as its events
  left them
- `queue`: an examiner's queue: tasks that wait, cases held, and taking the next one
- `resolution`: differences of opinion: a third person reads both sealed records in full, and
  resolves
- `revising`: revisions: a sealed comparison is never changed; another, with its reason, stands in
  its place
- `sealed_comparison`: the caller's own sealed comparison, to be read again, printed or charted;
  nothing hidden is shown
- `sealing`: the examiner's steps: analyse only the probe, compare one exemplar at a time,
  decide
- `statistics`: figures of the desk: turnaround, queue age, outcomes, agreement, hit rates
- `views`: views of a case at each step; the hiding is done here, not in a page
"""
