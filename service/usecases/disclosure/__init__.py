"""Data restricted instead of erased, and deletion of data left by arrests.

- `carrying_out`: deletions carried out once the owning force has approved them
- `chasing`: forces that are late with a deletion are reminded
- `deciding`: deletions at the desk of the owning force: decided, and reviewed
- `deletions`: the arrests of a person, and a case for each whose deletion is asked for
- `finding`: people on record found by what somebody knows of them: a name, a day of birth, a
  number
- `restricting`: a person restricted, shown only to the holder of the evidence, and freed again
- `restricting_items`: one item of a record restricted, and brought back
"""
