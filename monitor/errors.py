"""Every error of ours, one tree.

MonitorError
├── BadInput              what the user gave is wrong (exit 2)
│   └── ConfigError       config.toml has faults; all of them are listed
└── Failed                the work failed (exit 1)
    ├── FetchFailed       a URL could not be fetched
    │   ├── Refused       an address or scheme that the guard does not allow
    │   └── TooLarge      more bytes than `fetch.max_bytes`
    ├── ExtractionFailed  the extractor broke on a text: a fault of ours
    ├── ParseFailed       a document could not be read as what it claims to be
    ├── StoreFailed       the database could not be read or written
    └── ModelFailed       a model file is missing or altered
"""

from dataclasses import dataclass


class MonitorError(Exception):
    """Base of all errors that the program raises on purpose; its text is one sentence for the reader of the log."""

    exit_code = 1


class BadInput(MonitorError):
    """What the user gave cannot be used: says what, where and what is allowed."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with a file: `where` is a dotted key such as `sources.mofcom.every`."""

    file: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.where}: {self.message}" if self.where else f"{self.file}: {self.message}"


class ConfigError(BadInput):
    """`config.toml` has faults; `faults` holds every one of them."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


class Failed(MonitorError):
    """The work failed although what was asked for was right."""


class FetchFailed(Failed):
    """A URL could not be fetched; `retry` says whether trying again makes sense, `after` how many seconds the server asked to wait."""

    def __init__(self, message: str, *, retry: bool = True, after: float | None = None, gone: bool = False) -> None:
        super().__init__(message)
        self.retry, self.after, self.gone = retry, after, gone


class Refused(FetchFailed):
    """The guard does not allow this address, port or scheme."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retry=False)


class TooLarge(FetchFailed):
    """The response has more bytes than allowed."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retry=False)


class ParseFailed(Failed):
    """A document could not be read as what it claims to be."""


class ExtractionFailed(Failed):
    """The extractor broke on a text; the cause is chained and belongs into a report."""


class StoreFailed(Failed):
    """The database could not be read or written."""


class ModelFailed(Failed):
    """A model file is missing or altered."""
