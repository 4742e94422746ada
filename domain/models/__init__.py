"""Models of evidence in use: which one was chosen.

- `choices`: the model that an administrator chose
- `law_states`: whether the prints of a source follow the law that the model was fitted on
"""
