"""Certificates for people: issued when two people release them, checked by anybody, revoked.

- `checking`: the answer to anybody with a number and a code
- `credentials`: a certificate as a verifiable credential (W3C VC 2.0)
- `desk`: the parts of certificates besides the store
- `drafting`: the content of a certificate, from the release and the record as it is read now
- `issuing`: certificates issued: signed, printed, stored and put on record
- `reading`: certificates shown to case officers, with their documents
- `revoking`: certificates revoked by the office
- `status_lists`: the published lists of certificates that no longer hold, as signed credentials
"""
