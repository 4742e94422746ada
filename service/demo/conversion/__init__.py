"""Old records in the demo.

- `roll`: a roll of film: drawn, scanned, keyed, matched, sampled and certified
"""
