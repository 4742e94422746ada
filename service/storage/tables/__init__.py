"""The schema, one file a subject: `people` · `searches` · `cases` · `links` · `log` · `access`
· `workbench` · `provenance` · `gallery_cases`.

`metadata` holds what they share. Every table says by `protected(...)` how its
rows may change, and `append_only` turns that into triggers.
"""
