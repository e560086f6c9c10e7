"""What readers ask in a URL, checked: each parameter with its type, what is allowed and the nearest right name."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

from monitor.errors import BadInput
from monitor.model import Certainty, EventType, Status
from monitor.options import nearest
from monitor.store import Query
from monitor.vocabulary import JURISDICTIONS, MATERIALS

LONGEST = 400


class Wrong(BadInput):
    """A parameter cannot be used; the sentence says which and what is allowed."""


class Missing(BadInput):
    """There is no such thing at this address."""


def one_of(names: frozenset[str], brief: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in names:
            raise ValueError(f'"{value}" is not known{nearest(value, names) or "."} Allowed: {brief}')
        return value

    return check


def partial_date(value: str) -> str:
    try:
        date.fromisoformat(f"{value}-01-01"[: max(10, len(value))])
    except ValueError:
        raise ValueError(f'"{value}" is no date. Allowed: YYYY, YYYY-MM or YYYY-MM-DD') from None
    return value


Material = Annotated[
    str,
    AfterValidator(one_of(MATERIALS, "the ids in docs/events.md, such as dysprosium")),
    WithJsonSchema({"type": "string", "enum": sorted(MATERIALS)}),
]
Place = Annotated[
    str,
    AfterValidator(one_of(JURISDICTIONS, "ISO 3166-1 codes such as CN, or EU")),
    WithJsonSchema({"type": "string", "enum": sorted(JURISDICTIONS), "description": "ISO 3166-1 alpha-2, or EU"}),
]
PartialDate = Annotated[
    str, Field(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$", description="YYYY, YYYY-MM or YYYY-MM-DD, inclusive"), AfterValidator(partial_date)
]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class Asked(BaseModel):
    """Parameters of a URL. Unknown ones are refused, so that a misspelt filter never reads as none."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Filters(Asked):
    """What narrows the history; a filter that may be repeated finds any of its values."""

    q: str = Field("", max_length=2_000, description='Words in English or Chinese, "quoted phrases", prefix*, -without, field:value')
    type: list[EventType] = []
    material: list[Material] = []
    jurisdiction: list[Place] = []
    destination: list[Place] = []
    company: list[Text] = []
    instrument: Text | None = None
    certainty: Certainty | None = None
    status: Status | None = None
    outlet: Text | None = None
    since: PartialDate | None = None
    until: PartialDate | None = None
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, pattern="^[0-9]{1,9}$", description="The `next` of the page before")

    def query(self) -> Query:
        return Query(
            words=self.q, types=tuple(self.type), materials=tuple(self.material), jurisdictions=tuple(self.jurisdiction),
            destinations=tuple(self.destination), companies=tuple(self.company), instrument=self.instrument, certainty=self.certainty,
            status=self.status, outlet=self.outlet, since=self.since, until=self.until, limit=self.limit, cursor=self.cursor,
        )  # fmt: skip

    def pairs(self, *, without: Iterable[str] = ("cursor",)) -> list[tuple[str, str]]:
        """The parameters that differ from their defaults, as they stand in a URL."""
        told = self.model_dump(exclude_defaults=True, exclude=set(without))
        return [(name, str(one)) for name, value in told.items() for one in (value if isinstance(value, list) else [value])]

    def link(self, **changed: str | None) -> str:
        """The query string with some parameters changed; None leaves one out. A page number never survives another filter."""
        kept = [(name, value) for name, value in self.pairs() if name not in changed]
        return urlencode(kept + [(name, value) for name, value in changed.items() if value is not None])

    def toggled(self, name: str, value: str) -> str:
        """The query string with one value of a filter added, or taken away where it is set."""
        if not isinstance(getattr(self, name), list):
            return self.link(**{name: None if getattr(self, name) == value else value})
        pairs = self.pairs()
        return urlencode([pair for pair in pairs if pair != (name, value)] if (name, value) in pairs else [*pairs, (name, value)])

    def has(self, name: str, value: str) -> bool:
        return (name, value) in self.pairs()


class Board(Asked):
    """Where and when the board is asked about; both days are today when left out."""

    destination: Place | None = Field(None, description="Whose buyers; measures for all when left out")
    as_of: date | None = Field(None, description="The day that is asked about; today when left out")
    known_at: date | None = Field(None, description="Only what could be known by this day; today when left out")


class BoardPage(Board):
    against: date | None = Field(None, description="Another day to compare with")


class State(Board):
    material: Material | None = None
    jurisdiction: Place | None = None


class CellPage(Board):
    material: Material
    jurisdiction: Place


class Ahead(Asked):
    days: int = Field(60, ge=0, le=3_660, description="How far ahead")


class Alerts(Asked):
    """Which alerts."""

    rule: Text | None = None
    event: Text | None = None
    since: date | None = None
    until: date | None = Field(None, description="Before this day")
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, pattern="^[0-9]{1,6}$", description="The `next` of the page before")


class Deliveries(Asked):
    status: Literal["pending", "delivered", "failed"] | None = None
    limit: int = Field(100, ge=1, le=500)


def read(kind: type[Any], parameters: Iterable[tuple[str, str]]) -> Any:
    """The parameters of a page's URL as `kind`. Empty ones, which forms send, count as left out. Raises Wrong."""
    given: dict[str, Any] = {}
    for name, value in parameters:
        if value.strip() == "":
            continue
        several = name in kind.model_fields and kind.model_fields[name].default == []
        if several:
            given.setdefault(name, []).append(value)
        else:
            given[name] = value
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        raise Wrong(sentence(error.errors())) from None


def sentence(errors: Iterable[Any]) -> str:
    """What is wrong with parameters as sentences for people."""
    return " ".join(dict.fromkeys(one(error) for error in errors))


def one(error: Any) -> str:
    where = str(next((part for part in error["loc"] if part not in ("query", "path")), "address"))
    if error["type"] == "extra_forbidden":
        return f"{where}: there is no such parameter."
    if error["type"] == "missing":
        return f"{where}: is missing."
    told = str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {told}{'' if told.endswith('.') else '.'}"
