"""Conversion by simulated people: frames with their truth, erring keyers, killed workers.

- `checking`: the fate of every frame, held against the truth
- `office`: the people of the conversion as callers, and the store that they work on
- `truth`: frames, the people on them, and how keyers misread them
- `working`: one process that scans, keys, settles and matches until it is killed or all is done
"""
