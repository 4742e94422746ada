"""Retention: data purged by plan once no rule keeps it, and reviewed by people where unknown."""
