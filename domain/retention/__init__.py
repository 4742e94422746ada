"""How long data of people may be kept: data due, the plans that purge it, and reviews."""
