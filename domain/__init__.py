"""The vocabulary of identlink: plain frozen values, no framework, no I/O.

`ids` opaque identifiers · `identifiers` PNC, CRO and ASN with their check letters · `people` a
person's details and criminal record · `items` a record as items with ids · `amendments`,
`amending` changes to a record · `convictions`, `restrictions`, `shapes`, `partial_dates`
convictions in a form that rules can compute with · `requests`, `request_states`, `releasing`,
`disclosures` requests for data, and the data that may be disclosed · `plain_values` conversion of
values to JSON values · `prints` fingers, impressions, templates · `marked_features` features that
people marked in prints · `evidence` bits and their sources · `searches` requests and candidates ·
`cases` the examiners' work, decisions and links · `fingers`, `finding_policy`, `point_geometry`
the basis of findings · `models` evidence models in use · `publication` countable facts, releases,
published answers · `list_pages` pages and orders of lists · `retention` how long data may be kept,
purge plans, reviews · `access` roles, scopes, purposes · `matters` the inbox · `events` the
catalogue of events and the entries of the log · `errors` all refusals · `outages` temporary
failures.
"""
