"""Commands that train, show, measure, compare and choose models."""
