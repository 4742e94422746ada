"""Models of evidence: fitted on decided cases, compared, chosen, and watched.

- `choosing`: the model in force chosen, and the choice on record
- `comparing`: stored searches weighed under two models, and what differs
- `decided_pairs`: labelled pairs of the office's own decided cases
- `law_report`: the watch on the law as people read it
- `watching`: what a process saw put together with what others saw; states of the law changed
"""
