"""The watch on the law: whether searches still follow what the model was fitted on.

- `detecting`: evidence against the home law gathered over many searches, with a bound on false
  alarms
- `home`: the home law: how the measures of a search vary where the model was fitted
- `measures`: what one search tells of the law: no template, no person
"""
