"""Room 3: from text to event mentions with evidence."""
