"""Implementations of the ports to the outside world: identity provider, keys, models, images.

- `capture_minutiae`: minutiae that came with a capture, drawn on its picture
- `certificate_key`: the key of the office that signs certificates, in the custody of its keys
- `custody`: the custody of keys, filled: nothing else in the service reads a byte of a key
- `documents`: documents to print: PDFs, made by typst
- `extraction`: extractors of minutiae and meters of quality; their libraries are the extra
  `prints`
- `freed_memory`: memory that was freed, given back to the system
- `identity`: an identity provider that signs people in: its settings, keys, tokens and sign-outs
- `isolation`: work on bytes from outside, done in a separate process with limits
- `kept_value`: a value of another service, fetched on demand and kept for a while
- `library_threads`: keeps libraries from starting threads of their own
- `log_signer`: the log's signing key, and in a file apart from the database the checkpoint it
  signed last
- `model_shelf`: the models of a store: a directory for each digest, copied there when a model is
  first used
- `names`: one names index for all processes of a server: a process holds it, the others ask
- `open_telemetry`: spans by OpenTelemetry, to a collector that takes OTLP over HTTP: the extra
  `tracing`
- `parts`: a gallery held in parts by other processes, on this host or on others
- `print_images`: pictures of prints: captured ones from the database, a placeholder, a chain, and
  a cache
- `prints`: files of prints and their templates, read and made in a process with limits
- `pseudonyms`: accounts and addresses of callers in the operational log: pseudonyms under a key of
  the store
- `reading`: readers of files of prints
- `secret_files`: the secrets of a store: 32 random bytes a file, made on first use, for the owner
  alone
- `store_index`: opens the index of a store: with its key, in a slot that no other process holds
- `store_keys`: the item keys of a store: one file beside the other keys, made with the store and
  never again
- `store_look`: one look at all parts of a store: whether each could be written now
- `store_modes`: the files of a store are for the account of the service alone: 0600 in directories
  of 0700
- `store_secrets`: the secrets of a store, remembered by fingerprint, so that none is silently made
  again
- `surroundings`: the real clock, random ids and secrets, and the version of the code
- `uploads`: documents of applicants: read in a process with limits, and scanned for malware
- `witness_notes`: the last checkpoints that witnesses cosigned, as they publish them: one note a
  file
"""
