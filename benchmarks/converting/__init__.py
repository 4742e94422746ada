"""Conversion by simulated people: frames with their truth, erring keyers, killed workers.

- `checking`: the fate of every frame, compared with the truth
- `office`: the people of the conversion, frames and their truth, and the store
- `working`: one process that scans, keys, settles and matches until it is killed or all is done
"""
