"""The court bundle: one link, with everything that it is based on, for readers outside
the office.
"""
