"""The catalogue of events: one declaration for each type of event, and the entries of the log.

A declaration states the subjects and the typed facts of an event, the row that it must leave
behind, the message that a webhook may get of it, and, as the first line of its docstring, the
sentence in which a person reads it. `record`, the statement of state, the verification of the
log, webhooks, the story of a link and `docs/events.md` read the declarations: a new type of event
is one class in the module of its subject.

- `access`: tokens, clients, accounts and sessions
- `agencies`: agencies: agreements, the accounts that speak for them, and the ASNs issued for them
- `applications`: applications of the public: sent, and answered when the office asked
- `catalogue`: every type of event there is, by its name
- `conversion`: lots, frames from picture to record, samples and verdicts
- `declaring`: how a type of event is declared
- `certificates`: certificates for people: issued, revoked, and checked by anybody
- `disclosure`: data restricted instead of erased, and answers to people about their own data
- `examination`: the examiners' work on a case, step by step
- `exchange`: messages to other States and from them, and the check that all duties were done
- `links`: links made, told, replayed and revoked
- `log`: searches of the log itself
- `logged`: entries of the log: one for every state change
- `looking`: things and lists that were shown, and calls that were refused
- `messages`: webhooks of forces
- `misuse`: staff prints, and patterns for an auditor
- `models`: models fitted on cases and chosen, and the law that they hold under
- `people`: captures and records, merges, erasures and doubts about the gallery
- `publication`: countable facts, frozen releases, and answers of the disclosure log
- `retention`: plans of a purge, their counts and releases, and reviews
- `rows`: the row that an event leaves behind
- `searches`: searches, batches, and the model, thresholds and index behind them
- `templates`: templates made again from pictures: a generation begun, each capture, and the
  switch
- `texts`: how a typed field becomes text of an event, and how it is read back
"""
