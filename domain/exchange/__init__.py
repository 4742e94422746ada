"""Exchange of convictions with other States: messages, duties to notify and their state, and
faults.
"""
