"""Film frames of old records: forms with typed and handwritten-like fields and inked prints.

No real person appears, and no real form: the layout is the office's own (`domain.conversion`).

- `drawing`: one form as it was filled in and inked
- `faults`: what film and scanner do to it: noise, skew, bleed, mirror, cut edges, two sheets
- `rolls`: a roll of frames with its truth apart
- `texts`: what the forms say

`python -m data.synthetic.film --frames 20 --out DIR --truth FILE`.
"""
