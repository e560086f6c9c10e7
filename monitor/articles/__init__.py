"""Room 2: from pages to clean text."""
