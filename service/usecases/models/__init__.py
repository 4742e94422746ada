"""Models of evidence: fitted to decided cases, compared, chosen and monitored."""
