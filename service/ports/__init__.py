"""The world outside, as the use cases need it.

- `abuse`: what misuse is recognised by
- `accounts`: accounts, sessions and failed sign-ins of the workbench
- `bulk`: enrolling thousands of people at a time: a batch as columns, stored with one event
- `call_limits`: how fast one caller may call, counted by whoever serves
- `cases`: cases and what examiners seal in them. Sealed rows are written once
- `checkpoints`: signed checkpoints as they are stored with the log
- `clients`: clients of forces and their keys
- `desk`: what the desk shows around the cases: queue, stuck work, figures, pictures, control
  items
- `drafts`: drafts: what somebody had typed when their session ended
- `encounters`: captures, and the feed of changes from which a gallery index is kept true
- `gallery_cases`: cases on the gallery itself
- `identity`: who somebody is, as an identity provider of the police says it (OpenID Connect)
- `jobs`: durable jobs and the batches they belong to
- `links`: confirmed links. The database itself refuses a link without two decisions by two
  persons
- `log`: the log of events: appended in the transaction of the change, numbered without gaps
- `merges`: merges of persons: proposed by one, confirmed by another, and taken back the same way
- `models`: models that were in use once: kept by their digest, so that old decisions can be
  replayed
- `notices`: who was told of a link, and the notices they get when it is revoked
- `people`: persons and the criminal records held on them
- `print_images`: pictures of prints: whichever there is, an image that was captured or a
  synthetic rendering
- `searches`: requests to search, their probes and their candidates. All rows are written once
- `signing`: the signature of the log, from a key that lies apart from the database
- `stages`: the stages of a search as they are timed and counted from outside
- `state`: what the database holds, as it is held against the log
- `surroundings`: time, ids and secrets from outside, passed in so that a test can hold them
  still
- `tenancy`: on whose behalf the database is read: a second wall behind the checks of the use
  cases
- `tokens`: bearer tokens and idempotency keys
- `unit_of_work`: one use case, one transaction, one commit
- `webhooks`: where forces want to be told, and what carries a message there
"""
