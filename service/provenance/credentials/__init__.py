"""Certificates that verify by themselves: signed credentials, and the documents that carry them.

- `checking`: the check of a certificate file, statement by statement, without a store
- `data_integrity`: proofs of the cryptosuite `eddsa-jcs-2022` (W3C Data Integrity EdDSA)
- `multikeys`: Ed25519 public keys as multikeys and as `did:key`
- `pdf_attachments`: files embedded in a PDF, found without a library for PDF
- `pdf_seals`: the seal on a PDF, checked without a library for PDF
- `short_forms`: the short form of a certificate for a QR code on paper
- `status_lists`: lists of certificates that no longer hold, one bit each
"""
