"""The watch on the law: whether searches still follow the law that the model was fitted on.

- `detecting`: evidence against the home law gathered over many searches, with a bound on false
  alarms
- `home`: the home law: how the measures of a search vary where the model was fitted
- `measures`: measures that one search gives of the law: no template, no person
- `seconds`: whether live searches meet strangers as rehearsals did: a test martingale on the
  second candidate
"""
