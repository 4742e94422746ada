"""The schema, one file a subject.

Every table says by `protected(...)` how its rows may change, and `append_only` turns that into
triggers.

- `about`: whom the rows of a table are about, how long they are kept, and who sees them
- `abuse`: sketches and staff prints that reveal misuse, and the findings
- `access`: bearer tokens, clients of forces, idempotency keys, and second factors of accounts
- `cases`: cases, and the examiners' sealed work. The constraints make self-verification
  impossible
- `conversion`: lots, frames, keyings, matches, writings and samples of old records
- `disclosure`: the tables of data restricted, answered and deleted
- `erasures`: erasures from the request to the end, and the data that is hidden in between
- `exchange`: exchange with other States: partners, messages out and in, exemptions
- `findings`: the ground of findings: policies, the prints shown, revisions and withdrawn
  exemplars
- `gallery_cases`: doubts about the gallery, and the supervisors' conclusions
- `jobs`: batches, the jobs they consist of, and how far the log has been followed
- `links`: links: each stands on two decisions by two persons, and the database itself sees to it
- `log`: the log of events with its Merkle tree, the marker of resumable loads, and signing
  hosts
- `metadata`: shared by all tables: names of constraints, column types, and rules of change
- `models`: models of evidence: those that were chosen, and the watch on the law they hold
  under
- `office`: purges by plan, and the office's publications
- `people`: persons, records, encounters, the feed of gallery changes, and the payloads of them
  all
- `provenance`: checkpoints of the log, recipients of links, notices, and merges of persons
- `remaking`: templates made again from pictures: generations, their templates and minutiae,
  switches
- `requests`: requests, their logs, disclosures, and the notices that follow
- `searches`: searches, candidates and clients' references: written once; where a search stands
  is read from its case and link
- `services`: tables of the services of the office: to the public, and to agencies
- `webhooks`: webhook endpoints of forces; the messages are jobs
- `workbench`: tables of the workbench: accounts, sessions, drafts, priorities, images and
  minutiae
"""
