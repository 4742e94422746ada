"""The log of events: recorded, read, signed, exported and verified.

- `accepted_keys`: a key of the store that was lost, replaced or renewed is accepted, with an event
- `accepted_state`: a log that does not continue the memory of its key is accepted, with an event
- `audit`: the audit search: events by actor, subject, time and purpose; the search itself is an
  event
- `backup`: the events of a restore: erasures and withdrawals that it repeats
- `checkpoints`: checkpoints: the log as it stands is signed, and the note is stored with it
- `counting`: countable facts given to the statistics, with the event that they count
- `export`: the bundle for outsiders: every event, the signed checkpoints, and the statement of
  state
- `gone_payloads`: payloads that are gone: each was destroyed on purpose, and the key store
  remembers that
- `handing_out`: the whole log or the whole database leaves the store as a file: on record before
  it does
- `looking`: looking is put on record before anything is shown: without the event, nothing is
- `lost_payloads`: giving up payloads whose keys are lost, on order and on record
- `payload_check`: stored payloads, opened: a sample that a checkpoint draws, or all of them
- `reading`: the log of events, read by auditors: pages, checkpoints, proofs and receipts
- `recording`: how a use case writes its event
- `refused_calls`: refused calls of known accounts are put on record: account, template of the
  address, reason
- `roots`: the root of the first events, up to a number, from the stored nodes
- `state_age`: the log compared with the checkpoint that its signing key remembers
- `stored_notes`: the notes that are stored with the log: checkpoints, and the answers of witnesses
- `verification`: the live store compared with its log: every event, node, column and row, in one
  snapshot
- `witnessing`: the checkpoints that witnesses have cosigned, and the links that may be told
  because of it
"""
