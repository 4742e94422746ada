"""People, their captures and their records: enrolled, merged, erased.

- `amending`: amending a record: its next version, while the version before stays readable
- `consultations`: a person's own list of consultations: each look with its time, force, role
  and purpose
- `counting`: the countable facts of a case that ends
- `encounters`: a force's view of a capture that it enrolled
- `enrolment`: enrolling a capture: a person, the encounter, and the record when one is given
- `erasure`: erasing a person: asked for by one person, confirmed by another, carried out after
  a wait
- `finger_order`: doubts about the order of fingers: prints of one capture compared with one
  another
- `finishing`: erasures of earlier releases finished: they left what their tables did not declare
- `importing`: a file of prints enrolled as one capture of a new person; the same file is enrolled
  once
- `integrity`: doubts about the gallery, found by comparing prints and put to a supervisor as
  cases
- `merging`: two records of one human being become one person, and apart again: always by two
  people
- `pictures`: the pictures and minutiae that come with the impressions of a capture
- `print_files`: a capture from files of prints: one print for each finger, and notes on the
  findings
- `prints_out`: the prints of a capture as its force gets them back: pictures and minutiae
- `records`: records as their holders read them: the live version, the versions before, and a
  list
- `remaking`: templates made again from the pictures that are kept, by the tools that are set now
- `unfounded_items`: items of old records that no frame stands behind any more, withdrawn from
  their record
- `unsolved_marks`: cases that end without a link, and the unsolved mark file: marks without a
  person
- `withdrawing`: exemplars that leave open cases: their person was erased or merged, or their
  link revoked
"""
