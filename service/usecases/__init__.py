"""The work of identlink: one function and one transaction for each use case, no framework.

- `access`: sign-ins, sessions, tokens and clients
- `agencies`: agencies: agreements kept, requests asked and followed, ASNs issued and followed
- `applications`: applications of the public: drafted, sent, followed, and shown to case officers
- `certificates`: certificates for people: issued, checked by anybody, and revoked
- `conversion`: old records, from the picture of a frame to an accepted lot
- `disclosure`: data restricted instead of erased
- `examination`: the work of examiners and supervisors on a case
- `exchange`: exchange with other States: told, taken, and checked
- `existing`: the requested thing, or NotFoundError
- `idempotency`: the same request twice is done once
- `leasing`: jobs as a worker takes them: leased for a while, so that a killed worker holds none
  for ever
- `links`: confirmed links: shown, revoked, disclosed, explained and replayed
- `log`: the log of events: recorded, read, signed, exported and verified
- `marked_minutiae`: minutiae that people marked lead, those of the extractor are added
- `messages`: messages to the systems of forces
- `misuse`: misuse of searches, recognised and shown to auditors
- `models`: models of evidence: fitted on decided cases, compared on stored searches, and chosen
- `people`: people, their captures and their records: enrolled, merged, erased
- `policy`: choices of the office, as data: how long lists are and how many people examine
- `print_desk`: from files of prints to impressions: reading, extraction and keeping
- `publication`: publication: figures of a quarter released, and answers to the public
- `references`: the reference a client gives to a search or a capture: a custody, crime or exhibit
  number
- `requests`: requests about a person: decided, and answered on record
- `retention`: retention: data that no rule keeps, purged by plan, and reviewed where unknown
- `role_map`: the roles of the identity provider that are accepted, and the role here that each
  means
- `searches`: searches: submitted, looked up, weighed, stored, in batches and by name
- `services`: the services that use cases receive, wired once in `service.bootstrap`
- `workbench`: the services of the workbench, wired once for pages and API
"""
