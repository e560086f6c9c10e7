"""What went wrong, told as a page to people and as problem+json (RFC 9457) to programs."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from monitor.errors import BadInput, MonitorError
from monitor.web.asked import Missing, Wrong, sentence
from monitor.web.render import Pages

PROGRAMS = ("/api/", "/events.atom", "/events.csv", "/deadlines.ics", "/healthz", "/metrics")


class Problem(BaseModel):
    """An error as RFC 9457 tells it."""

    type: str = Field("about:blank", description="Always about:blank: the status says the kind")
    title: str
    status: int
    detail: str = Field(description="One sentence for people")


class ProblemJSON(JSONResponse):
    media_type = "application/problem+json"


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an endpoint that may answer with these problems."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def install(app: FastAPI, pages: Pages) -> None:
    """Has every error answered by one of the functions below."""

    def told(request: Request, status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
        title = HTTPStatus(status).phrase
        if request.url.path.startswith(PROGRAMS):
            problem = Problem(type="about:blank", title=title, status=status, detail=detail)
            return ProblemJSON(problem.model_dump(), status_code=status, headers=headers)
        made = pages.page("error.html", status, title=title, detail=detail, here="")
        made.headers.update(headers or {})
        return made

    def wrong(request: Request, error: Exception) -> Response:
        status = 422 if isinstance(error, Wrong) else 404 if isinstance(error, Missing) else 400 if isinstance(error, BadInput) else 503
        return told(request, status, str(error) if status < 500 else "The history cannot be read at the moment; the server's log says why.")

    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return told(request, 422, sentence(error.errors()))

    def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        details = {404: "There is no such page.", 405: "Only reading is possible here: use GET."}
        return told(request, error.status_code, details.get(error.status_code, str(error.detail)), dict(error.headers or {}))

    handlers: tuple[tuple[type[Exception], Callable[[Request, Exception], Response]], ...] = (
        (MonitorError, wrong),
        (RequestValidationError, invalid),
        (HTTPException, http),
    )
    for kind, handler in handlers:
        app.add_exception_handler(kind, handler)
