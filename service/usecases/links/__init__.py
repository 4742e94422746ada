"""Confirmed links: shown, revoked, disclosed, explained and replayed.

- `chain`: how a link came to be, gathered from the repositories for those who may know of it
- `disclosures`: what a force is told of a link is put on record, and who was told hears of a
  revocation
- `links`: links: shown, revoked with a reason, and told as history
- `look_up_differences`: what differs between the recorded candidates of a search and an
  exhaustive comparison
- `outcomes`: what a force is told of its searches and links: outcome, owner, and its own records
  alone
- `past_look_up`: the look-up of an old search repeated: everybody in the gallery as it stood,
  compared exactly
- `replay`: replay: a search computed again from what was recorded: who was found, scores,
  evidence
- `replay_differences`: what differs between a recorded search and its replay: the first thing,
  in words
- `story`: a link told as a page tells it: what it connects, who decided, and every event on the
  way
"""
