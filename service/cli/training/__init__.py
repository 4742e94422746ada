"""Models: trained, shown, measured, compared and chosen."""
