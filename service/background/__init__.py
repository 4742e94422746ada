"""Threads that keep a serving process in order.

- `checkpoint_keeper`: signs checkpoints of the log while the service runs
- `exchange_keeper`: counts the duties of the exchange while a server runs, for its metrics
- `host_keeper`: tells the other hosts on one database that this one is here
- `index_keeper`: keeps an index in order while its process runs: up to date, merged, free of
  erased captures
- `memory_keeper`: gives freed memory back to the system while a process serves
- `names_builder`: builds the names index in the background when a server starts
- `outage_keeper`: looks at the store while its process runs: finds outages before callers do,
  and their end
- `refusal_keeper`: writes the events of repeated refusals when their time has come
- `rehearsal_keeper`: rehearses the gallery at night, a share at a time, and steps back for
  searches
- `search_keeper`: does behind searches, every few seconds, the work that no search waits for
- `state_keeper`: holds the log against the memory of its key while a process runs
- `thread`: a thread that works beside requests: it stops promptly and reports its failures
"""
