"""Certificates for people: outcome, content, number, and standing later on.

- `codes`: numbers and codes of certificates
- `content`: the content of a certificate, as it is printed and signed
- `issued`: certificates as they are stored
- `referrals`: referrals to a body outside the office, before a certificate may be issued
- `standing`: outcomes, and the answer to a check of a certificate
"""
