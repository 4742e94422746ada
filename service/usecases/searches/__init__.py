"""Searches: submitted, looked up, weighed, stored, in batches and by name.

- `basis_changes`: the basis of searches, logged when it has changed since the last start
- `batch_lines`: lines of a batch worked as searches: read, looked up and stored together,
  settled one by one
- `batch_worker`: a worker's share of the batches: leased, worked, settled; killed at any point,
  nothing is lost
- `batches`: batches of searches: submitted at once, worked in the background, read line by line
- `beginning`: beginning a record without prints: somebody summonsed, or reported, and never
  arrested
- `comparing`: probe against stored templates, finger by finger: the input of evidence
- `correspondence`: how the minutiae of two prints correspond, finger by finger, as the matcher
  finds it
- `enquiries`: a names enquiry: possible people only by details, in words; never a score, never
  a link
- `exemplars`: which candidates of a search are put to examiners
- `finger_found`: the finger of a candidate that a mark, or a search of marks, found them by
- `in_depth`: single fingers whose prints have no bits: looked up in several turns, and then
  ordered by minutiae
- `looking_up`: the index's proposals for a probe, and for many probes at once
- `minutiae_order`: the order of candidates by their minutiae, where prints have no bits to order
  them by
- `prints_first`: prints first: whose details are left unweighed, for their prints exclude
- `probes`: a probe checked against the search it is meant for, and turned into arrays
- `proposing`: candidates in order of rank, from people and the evidence on them
- `recorded`: the record of a search: shown to auditors with its evidence, and where a replay
  starts
- `repeated_probes`: attempts with nearly the same probe: counted, capped, and shown to the
  auditor as a series
- `searching`: one search: candidates from the index, weighed as evidence, stored, and put to
  examiners
- `weighing`: from a probe to candidates in order of evidence: reads only, no lock is held over a
  search
"""
