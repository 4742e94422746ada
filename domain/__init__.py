"""The vocabulary of identlink: plain frozen values, no framework, no I/O.

In rooms, under the names that the rooms have on every floor: `people` (details, convictions,
items, numbers, corrections), `prints`, `searches` and their evidence, `examination`, `access`,
`agencies` and the inbox, `requests` and certificates, `retention`, `applications`, `conversion`,
`courts`, `exchange`, and `events`, the catalogue of events and the entries of the log.

For all rooms: `ids` opaque identifiers · `errors` all refusals · `outages` temporary failures ·
`list_pages` pages and orders of lists · `plain_values` values as JSON · `restrictions`, `shapes`
what a rule may compute with.
"""
