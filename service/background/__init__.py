"""Threads that keep a serving process in order.

- `checkpoint_keeper`: makes checkpoints while the service runs: a thread that looks, and signs
  what is due
- `index_keeper`: keeps an index in order while its process runs: up to date, merged, free of
  what was erased
- `names_builder`: builds the names index in the background when a server starts
"""
