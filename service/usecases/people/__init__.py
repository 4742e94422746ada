"""People, their captures and their records: enrolled, merged, erased."""
