"""Room 6: the pages and the HTTP API."""
