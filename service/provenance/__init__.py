"""Provenance that an outsider can verify: the pure part, no database and no framework.

`canonical` event bodies, `body_rules` what they may hold · `merkle` the tree and its frontier ·
`proofs` inclusion and consistency · `note_keys` and `notes` signed notes · `checkpoints` what a
note says of the log · `receipts` one event with its proof · `witness` a second party that
cosigns, `witness_file` its memory · `vault` sealed payloads, `key_files` their keys,
`withdrawals` access taken away · `log_check` a whole log in one pass, `link_rules` and
`state_rows` what it demands, `findings` what it finds · `bundle` the export, `bundle_archive` and
`bundle_check` its verification · `prov_view` W3C PROV of a link, `pictures` the same as a graph.
"""
