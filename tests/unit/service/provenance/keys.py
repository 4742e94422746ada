"""Published keys, and the keys of the logs and the witness of these tests."""

from __future__ import annotations

from service.provenance.log.note_keys import SignatureType, SigningKey

# The verifier key of the C2SP signed-note specification.
FOO_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
# The pair of the documentation of golang.org/x/mod/sumdb/note.
PETER_SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

LOG = SigningKey("log.example/one", bytes(range(32)))
OTHER = SigningKey("log.example/two", bytes(range(1, 33)))
WITNESS = SigningKey("witness.example/w", bytes(range(2, 34)), SignatureType.COSIGNATURE)
