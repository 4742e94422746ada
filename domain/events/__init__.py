"""The catalogue of events: one declaration for each type of event, and the entries of the log.

A declaration states the subjects and the typed facts of an event, the row that it must leave
behind, the message that a webhook may get of it, and, as the first line of its docstring, the
sentence in which a person reads it. `record`, the statement of state, the verification of the
log, webhooks, the story of a link and `docs/events.md` read the declarations: a new type of event
is one class in the module of its subject.
"""
