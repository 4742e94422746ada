"""The vocabulary of identlink: plain frozen values, no framework, no I/O.

`ids` opaque identifiers · `identifiers` PNC, CRO and ASN with their check letters ·
`people` what is known or said about a person ·
`items` a record as items with ids · `amendments`, `amending` changes of these ·
`prints` fingers, impressions, templates ·
`evidence` bits and what they stand on · `searches` requests and candidates ·
`cases` the examiners' work, decisions and links · `access` roles, scopes, purposes ·
`events` entries of the log · `errors` everything that can be refused.
"""
