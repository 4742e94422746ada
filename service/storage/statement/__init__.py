"""The statement of state: every row that has to have an event, by subject: `people` · `work` ·
`access`.

Each query names the rows of one table and what their event must say of them.
"""
