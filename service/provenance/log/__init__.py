"""The Merkle tree of the log and the notes that sign it.

- `checkpoints`: checkpoints: signed notes that state the length and the root hash of the log
- `cosigned`: the messages that witnesses sign: a time and a checkpoint
- `curve_points`: which 32 bytes can be an honest Ed25519 public key
- `merkle`: the Merkle tree of the log (RFC 6962, RFC 9162): hashes, and growth that costs O(log
  n)
- `note_keys`: keys of signed notes: their ids, and the texts in which people hand them on
- `notes`: signed notes: a text, a blank line, and one signature line per key
- `proofs`: inclusion and consistency proofs of RFC 9162, made from stored nodes and verified
  from nothing
- `receipts`: receipts: one event with the proof that it is in the log, to be handed to outsiders
- `tree_heads`: the text of a checkpoint: the length and the root hash of the log, as they are
  signed
- `witness`: a witness: a second party that cosigns a checkpoint only when the log has grown
  consistently
- `witness_file`: the memory of a witness: one file, held under a lock, replaced whole, and
  checked when read
"""
