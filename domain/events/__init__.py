"""The catalogue of events: one declaration for each type of event, and the entries of the log.

A declaration states the subjects and the typed facts of an event, the row that it must leave in
the database, and the webhook message that it may cause. The first line of the docstring is the
sentence that people read. To add a type, write one class in the module of its subject.
"""
