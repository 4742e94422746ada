"""The engine for prints: how each template format is kept, compared and recognised again."""
