"""Room 1: from sources to items."""
