"""Ports to the outside world, filled: identity provider, keys, models, pictures.

- `capture_minutiae`: minutiae that came with a capture, drawn on its picture
- `certificate_key`: the key of the office that signs certificates
- `documents`: documents to print: PDFs, made by typst
- `extraction`: extractors of minutiae and meters of quality; their libraries are the extra
  `prints`
- `isolation`: work on bytes from outside, done in a process of its own with limits
- `kept_value`: a value of another service, fetched on demand and kept for a while
- `library_threads`: keeps libraries from starting threads of their own
- `log_signer`: the log's signing key in a file, and beside it the last checkpoint that it signed
- `logout_tokens`: logout tokens, read as OpenID Connect Back-Channel Logout 1.0, section 2.6,
  demands
- `model_shelf`: the models of a store: a directory for each digest, copied there when a model is
  first used
- `oidc_provider`: an identity provider that speaks OpenID Connect: authorisation code with PKCE,
  RFC 7636
- `open_telemetry`: spans by OpenTelemetry, to a collector that takes OTLP over HTTP: the extra
  `tracing`
- `parted_index`: a gallery in parts that are held elsewhere: who holds them, what they are sent,
  searches
- `parts_hosting`: which host holds which replica, and moving to another answer while searches go
  on
- `parts_opening`: opens the cluster that holds the gallery in parts, where the extra `scale` is
  installed
- `print_images`: pictures of prints: captured ones from the database, a placeholder, a chain, and
  a cache
- `prints`: files of prints and their templates, read and made in a process with limits
- `provider_settings`: settings of the identity provider, and their check before a process starts
- `provider_tokens`: tokens of the identity provider, verified: signature, issuer, audience, times
- `provider_web`: calls to the identity provider: JSON over HTTPS, in bounds of time and size
- `pseudonyms`: accounts and addresses of callers in the operational log: pseudonyms under a key of
  the store
- `ray_gallery`: the parts of a gallery as actors of a Ray cluster. Here alone Ray is imported
- `reading`: readers of files of prints
- `secret_files`: the secrets of a store: 32 random bytes a file, made on first use, for the owner
  alone
- `store_index`: opens the index of a store: with its key, in a slot that no other process holds
- `store_keys`: the item keys of a store: one file beside the other keys, made with the store and
  never anew
- `store_look`: one look at all parts of a store: whether each could be written now
- `store_modes`: the files of a store are for the account of the service alone: 0600 in directories
  of 0700
- `surroundings`: the real clock, random ids and secrets, and the version of the code
- `uploads`: documents of applicants: read in a process with limits, and scanned for malware
- `witness_notes`: the last checkpoints that witnesses cosigned, as they publish them: one note a
  file
"""
