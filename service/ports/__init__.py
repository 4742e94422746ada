"""The world outside, as the use cases need it.

- `call_limits`: limits on the calls of one caller, counted by the serving processes
- `certifying`: the office's key and the printing press, as certificates need them
- `exchange`: messages to other States and from them, as the use cases need them
- `extraction`: from the image of a print to its minutiae, its quality and its vector
- `gallery`: the gallery as searches reach it: one index in this process, or parts on other hosts
- `identity`: identities of people, stated by an identity provider of the police (OpenID Connect)
- `kept_pictures`: pictures as they are kept: grey PNG without metadata, but with their resolution
- `message_sender`: the sender of messages to the systems of forces
- `minutiae_finder`: the minutiae and the quality of prints, found in their images
- `models`: models that were in use once: kept by their digest, so that old decisions can be
  replayed
- `names`: whose details may match stated ones: the first step of a names enquiry
- `planning`: work whose statements find rows by their keys, so that a database need plan each but
  once
- `print_images`: pictures of prints: captured images, or synthetic renderings
- `print_reading`: files of prints, read: images, transactions of ANSI/NIST-ITL, and records of
  ISO/IEC 19794
- `signing`: the custody of a store's keys, which are used and not read, and the signature of the
  log
- `stages`: the stages of a search as they are timed and counted from outside
- `surroundings`: time, ids and secrets from outside, passed in so that a test can hold them still
- `tenancy`: the force for which the database is read: a second wall behind the checks of the use
  cases
- `tracing`: spans of calls and of rounds of work, for a collector of traces
- `uploads`: documents of applicants: checked before they are kept
"""
