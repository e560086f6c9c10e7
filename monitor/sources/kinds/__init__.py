"""One file per source kind: a docstring, a frozen `Options` and `items(fetched, options)`."""
