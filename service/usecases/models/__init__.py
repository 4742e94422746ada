"""Models of evidence: fitted on decided cases, compared, chosen, and watched.

- `choosing`: the model in force chosen, and the choice on record
- `comparing`: stored searches weighed under two models, and the differences
- `decided_pairs`: labelled pairs of the office's own decided cases
- `law_report`: the watch on the law as people read it
- `rehearsing`: the gallery searched with its own people's captures, and strangers counted
- `watching`: the sums of a process put together with those of others; states of the law changed
"""
