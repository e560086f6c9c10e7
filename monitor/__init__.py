"""Monitor rare-earth export licensing: news and notices in, one event history, alerts on what really changed."""

__version__ = "0.1.0"
