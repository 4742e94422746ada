"""Film frames of old records: forms with typed and handwritten-like fields and inked prints.

No real person appears, and no real form: the layout is the office's own (`domain.conversion`).

- `drawing`: the words of one form, and the form as it was filled in and inked
- `faults`: the marks of film and scanner: noise, skew, bleed, mirror, cut edges, two sheets
- `rolls`: a roll of frames with its truth apart

`python -m data.synthetic.film --frames 20 --out DIR --truth FILE`.
"""
