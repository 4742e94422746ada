"""The tables of revision 0001, frozen.

- `examination`: searches, cases, sealed findings and links, as revision 0001 makes them
- `log`: the log, loads, tokens and idempotency keys, as revision 0001 makes them
- `people`: persons, records, encounters, the gallery feed and payloads, as revision 0001 makes
  them
"""
