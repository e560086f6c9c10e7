"""One file per channel kind: a docstring, a frozen `Options` and `send(options, message, client)`."""
