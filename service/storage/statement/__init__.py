"""The statement of state: every row that must have an event, by subject.

Each query names the rows of one table and what their event must say of them.

- `access`: tokens, clients and accounts, and the events they must have
- `loaded`: chunks that were loaded in bulk: one event for thousands of rows, which it digests
- `people`: captures, records, erasures, merges, staff and doubts about the gallery
- `reading`: rows of a query, a page at a time, and how they stand
- `work`: searches, cases, what was sealed in them, links, and what forces asked for and were
  told
"""
