"""Room 4: from mentions to one event history, and the state of every measure on any date."""
