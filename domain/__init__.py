"""The vocabulary of identlink: plain frozen values, no framework, no I/O.

`ids` opaque identifiers · `identifiers` PNC, CRO and ASN with their check letters ·
`people` a person's details and criminal record · `items` a record as items with ids ·
`amendments`, `amending` changes of these ·
`convictions`, `sentences`, `restrictions`, `currencies`, `shapes`, `partial_dates` convictions
that can be computed with · `requests`, `request_states`, `releasing`, `disclosures` requests
for data, and the data that may be disclosed · `plain_values` values as JSON values ·
`prints` fingers, impressions, templates · `marked_features` what people marked in them ·
`template_generations` templates made again ·
`evidence` bits and their sources · `searches` requests and candidates ·
`cases` the examiners' work, decisions and links ·
`fingers`, `finding_policy`, `shown_prints`, `point_geometry` the ground of findings ·
`models` models of evidence in use ·
`publication` countable facts, releases, published answers ·
`list_orders` the order of a list ·
`retention` how long data may be kept, plans of a purge, reviews ·
`access` roles, scopes, purposes · `consultations` looks at a person ·
`events` the catalogue of events and the entries of the log · `errors` all refusals ·
`outages` those that pass by themselves.
"""
