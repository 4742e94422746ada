"""Confirmed links: shown, revoked, disclosed, explained and replayed.

- `chain`: the provenance of a link, gathered from the repositories for permitted callers
- `court`: a link as a court bundle: gathered, sealed by an event of the log, and signed
- `disclosures`: disclosures of a link are put on record, and their recipients hear of a
  revocation
- `links`: links: shown, revoked with a reason, and told as history
- `look_up_differences`: differences between the recorded candidates of a search and an
  exhaustive comparison
- `outcomes`: a force's view of its searches and links: outcome, owner, and its own records alone
- `past_asking`: the gallery of an old search asked of the index: quick, and proven to have asked
  about all
- `past_details`: the details that a search of the past weighed: where prints came first, not those
  of all
- `past_look_up`: the look-up of an old search repeated: the whole gallery as it stood, compared
  exactly
- `past_reading`: the gallery of an old search read whole from the database: no index has a part
  in it
- `past_search`: a search of the past, and the content of its gallery at that time, however it is
  found
- `replay`: replay: a search computed again from the record: candidates, scores, evidence
- `replay_differences`: the first difference between a recorded search and its replay, in words
- `story`: the story of a link for readers: its ends, its decisions, and every event on the way
"""
