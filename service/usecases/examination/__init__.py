"""The work of examiners and supervisors on a case."""
