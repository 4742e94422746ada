"""Models of evidence: fitted on decided cases, compared, chosen, and watched.

- `choosing`: the model in force chosen, and the choice on record
- `comparing`: stored searches weighed under two models, and the differences
- `counting`: searches counted by how alike their strangers were: stored, and read as experience
- `decided_pairs`: labelled pairs of the office's own decided cases
- `decided_seconds`: searches whose first candidate was identified: the second is a stranger
- `law_report`: the watch on the law as people read it
- `rehearsing`: the gallery searched with its own people's captures, and strangers counted
- `watching`: the sums of a process put together with those of others; states of the law changed
"""
