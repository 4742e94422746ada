"""Models of evidence: fitted on decided cases, compared, chosen, and watched."""
