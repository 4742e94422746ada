"""A simulated conversion: frames whose true content is known, keyers who make errors, and worker
processes that are killed.
"""
