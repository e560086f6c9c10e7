"""The data files of `models/register`, read once: the acts, what they do, groups of materials, concepts, the weights of the scorer."""

import json
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from monitor.errors import ModelFailed
from monitor.resources import models_folder


def folder() -> Path:
    """Where the register's files lie."""
    return models_folder() / "register"


@lru_cache(maxsize=16)
def table(name: str) -> dict[str, Any]:
    """A TOML file of the register. Raises ModelFailed when it is missing or no TOML."""
    path = folder() / name
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ModelFailed(f"{path} cannot be read: {error}") from error


@lru_cache(maxsize=16)
def rows(name: str) -> tuple[dict[str, Any], ...]:
    """A JSONL file of the register. Raises ModelFailed when it is missing or no JSONL."""
    path = folder() / name
    try:
        return tuple(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    except (OSError, ValueError) as error:
        raise ModelFailed(f"{path} cannot be read: {error}") from error
