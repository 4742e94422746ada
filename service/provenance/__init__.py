"""Provenance that an outsider can verify: no database and no framework.

- `body_rules`: the rules of an event body: every field and no other, opaque ids, codes and safe
  integers
- `bundle`: the export for outsiders and its verification
- `canonical`: event bodies: canonical JSON (RFC 8785) of strings and safe integers, and the way
  back
- `court`: the court bundle: one link, with everything that it rests on, for readers outside the
  office
- `credentials`: certificates that verify by themselves
- `durable_files`: small files that survive a crash: the whole content or none of it
- `force_prov_view`: w3C PROV of a link as the force that searched may know it
- `log`: the Merkle tree of the log and the notes that sign it
- `pictures`: the view of a link as a picture: time runs from left to right, the persons stand
  above
- `plain_bodies`: bodies of the common form, read by one pattern: verification reads them by the
  million
- `prov_view`: w3C PROV of a link: how it came to be, as entities, activities and agents
- `vault`: sealed payloads and the keys that erase them
"""
