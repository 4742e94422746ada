"""Figures of the office: countable facts, releases of them, and answers to the public."""
