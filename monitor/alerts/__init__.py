"""Room 5: from changes to alerts, digests and deliveries."""
