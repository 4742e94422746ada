"""The database: SQLAlchemy Core on SQLite and PostgreSQL, one code path.

Rows never leave this package; repositories return domain types.

- `access`: accounts, sessions, tokens and clients
- `agencies`: agencies: agreements, the accounts that speak for them, and ASNs
- `applications`: applications of the public: drafts that may go, and sent applications, which stay
- `backup`: backup of the whole database, and its restoration
- `certificates`: certificates: written once, their standing read from the rows that they stood on
- `conversion`: old records: lots, frames, keyings, matches, writings and samples
- `database`: the entry to storage: one object for one database
- `disclosure`: data restricted instead of erased
- `engine`: connections, transactions and statements on both databases
- `examination`: cases, sealed work, the desk, and the images and minutiae of captures
- `exchange`: exchange with other States: partners, messages out and in, the register
- `finger_columns`: the two columns in which comparisons, decisions and links name fingers
- `links`: links, their recipients and notices
- `loading`: the loader: people by the thousand
- `log`: the log: events, tree, checkpoints, and the state that it must tell
- `markups`: the mark-up of a probe: a payload, because it shows the look of a print
- `messages`: webhook endpoints and the durable jobs that serve them
- `migrations`: Alembic revisions. A revision never changes once it is released
- `misuse`: sketches, findings and the prints of staff
- `models`: models of evidence that were chosen, and the watch on their law
- `people`: persons, records, captures, and the feed of gallery changes
- `publication`: countable facts, frozen releases, and the disclosure log
- `repository`: how a room gives its repositories to a unit of work
- `requests`: requests, the data that left because of them, and the notices that follow
- `retention`: people read for a plan of a purge, plans, counts, and decisions of reviews
- `sealed`: payloads with personal data: sealed, numbered and erasable
- `searches`: searches, probes, candidates and batches
- `statement`: the statement of state: every row that must have an event, by subject
- `tables`: the schema, one file a subject
- `transaction`: the parts that repositories of a unit of work share: connection, payloads, queues
- `unit_of_work`: one unit of work: a connection, a transaction, and the repositories that share
  them
- `words`: words and marks of examiners and supervisors: payloads, because they may name a person
"""
