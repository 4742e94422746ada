"""Back record conversion: old records on film or paper become records that can be searched."""
