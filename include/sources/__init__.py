"""Source cards and the list of boards."""
