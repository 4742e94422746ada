"""The custody of keys, filled: nothing else in the service reads a byte of a key.

- `files`: keys in files of 32 bytes.
- `guard`: calls of a security module by few threads, with a time limit, a queue and a circuit.
- `key_bytes`: what is computed from the bytes of a key: signatures, seals, wrapped keys.
- `token`: a token of a security module by PKCS#11; alone imports `pkcs11`.
- `token_custody`: keys in a token: signing keys never leave it, other secrets are wrapped by it.
"""
