"""The main job on a bundled newsroom: real HTTP, real SMTP, a real database, in a minute."""
