"""The world outside, as the use cases need it.

- `call_limits`: how fast one caller may call, counted by whoever serves
- `identity`: who somebody is, as an identity provider of the police says it (OpenID Connect)
- `message_sender`: where forces want to be told, and what carries a message there
- `models`: models that were in use once: kept by their digest, so that old decisions can be
  replayed
- `print_images`: pictures of prints: whichever there is, an image that was captured or a
  synthetic rendering
- `signing`: the signature of the log, from a key that lies apart from the database
- `stages`: the stages of a search as they are timed and counted from outside
- `surroundings`: time, ids and secrets from outside, passed in so that a test can hold them
  still
- `tenancy`: on whose behalf the database is read: a second wall behind the checks of the use
  cases
"""
