"""The statement of state: every row that must have an event, by subject.

Most rows are declared with their event in `domain.events`. The queries here name rows that take
more than one table to tell, or that are held against a digest.

- `access`: tokens, clients, accounts and sessions, with the digests that say how they stand
- `astray`: a row that is not as it has to be, by its table and its key
- `both_ways`: rows whose digests no event states
- `case_states`: the states of cases, held against what was done in them
- `commitments`: the digests of rows that events commit to
- `declared`: rows as the catalogue of events declares them: one table each
- `derived`: tables that follow from others, held against their query
- `erasures`: erasures and restrictions, and people without a capture or a payload
- `loaded`: chunks that were loaded in bulk: one event for thousands of rows, which it digests
- `not_held`: what verification does not hold, each with its reason
- `owners`: payloads and the rows that own them
- `parts`: rows that are part of a row
- `people`: captures, records and merges
- `reading`: rows of a query, a page at a time, and how they stand
- `work`: cases as they were opened, and webhooks
"""
