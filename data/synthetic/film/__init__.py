"""Film frames of old records: forms with typed and handwritten-like fields and inked prints.

No real person and no real form appears: the layout is the office's own (`domain.conversion`).

`python -m data.synthetic.film --frames 20 --out DIR --truth FILE`.
"""
