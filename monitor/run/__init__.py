"""The conductor: the only place that touches network, clock and disk."""
