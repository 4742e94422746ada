"""Law that can be computed: versioned rules as data, and pure functions of dates on them.

Knows only the domain. Each rule has an identifier with a version, the provision it states and
the days on which it applies, so that an answer of any past day can be computed again.

- `calendars`: bank holidays and working days of an area.
- `clocks`: the last day on which something is in time.
- `code_tables`: tables of codes, each row with the days on which it is in force.
- `data_files`: the rules' data, JSON beside the code.
- `deletion_grounds`: grounds on which the deletion of an arrest event is asked for.
- `explaining`: which provision holds for an item on a day, and why, in sentences.
- `historic`: codes of repealed acts, old courts and old sentences, by the text of a form.
- `intelligence_markers`: markers of intelligence that a child protection certificate states.
- `lengths`: lengths of calendar time, and the last day of a period that begins with a day.
- `rehabilitation`: when a conviction becomes spent.
- `retention`: how long fingerprints may be kept.
- `situations`: which situation of the rules of retention an event is.
- `step_down`: whether a matter is stated on a certificate, or has stepped down.
- `small_numbers`: which figure is shown for a count, and the consequences.
"""
