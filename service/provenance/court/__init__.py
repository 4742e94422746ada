"""The court bundle: one link, with everything that it rests on, for readers outside the office.

- `bundle`: the files of a court bundle, and the archive that holds them
- `verify`: the program that checks a court bundle; each bundle carries a copy of it
"""
