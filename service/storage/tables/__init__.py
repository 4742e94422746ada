"""The schema, one file a subject.

Every table says by `protected(...)` how its rows may change, and `append_only` turns that into
triggers.

- `abuse`: what misuse is recognised by, and what was found
- `access`: bearer tokens, the clients of forces that get them by themselves, and idempotency
  keys
- `cases`: cases and what examiners seal in them. The constraints make self-verification
  impossible
- `gallery_cases`: doubts about the gallery, and what supervisors concluded
- `jobs`: batches, the jobs they consist of, and how far the log has been followed
- `links`: links: each stands on two decisions by two persons, and the database itself sees to it
- `log`: the log of events with its Merkle tree, and the marker of resumable loads
- `metadata`: what all tables share: names of constraints, column types, and how rows may change
- `people`: persons, records, encounters, the feed of gallery changes, and the payloads of them
  all
- `provenance`: checkpoints of the log, who was told of a link, notices, and merges of persons
- `searches`: searches and candidates: written once; where a search stands is read from its case
  and link
- `webhooks`: where forces want to be told; the messages are jobs
- `workbench`: what the workbench keeps: accounts, sessions, drafts, priorities, images and
  minutiae
"""
