"""The work of examiners: cases, mark-ups, points and findings."""
