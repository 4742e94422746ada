"""What identlink does: one function a use case, one transaction each, no framework.

- `access`: sign-ins, sessions, tokens and clients
- `examination`: the work of examiners and supervisors on a case
- `existing`: the thing asked for, or the error that it is not there
- `idempotency`: the same request twice is done once
- `leasing`: jobs as a worker takes them: leased for a while, so that a killed worker holds none
  for ever
- `links`: confirmed links: shown, revoked, disclosed, explained and replayed
- `log`: the log of events: recorded, read, signed, exported and verified
- `messages`: messages to the systems of forces
- `misuse`: misuse of searches, recognised and shown to auditors
- `people`: people, their captures and their records: enrolled, merged, erased
- `policy`: choices of the office, as data: how long lists are and how many people examine
- `role_map`: which roles of the identity provider mean which role here: a list of what is
  allowed
- `searches`: searches: submitted, looked up, weighed, stored, in batches and by name
- `services`: what the use cases work with, wired once in `service.bootstrap`
- `workbench`: what the pages work with, wired once where the workbench is mounted
"""
