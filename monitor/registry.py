"""A folder of modules becomes {kind: module}, so that a new source kind or channel is one new file."""

import importlib
import pkgutil
from types import ModuleType


def names(package: ModuleType) -> tuple[str, ...]:
    """The kinds that a package holds, without loading any."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(package.__path__) if not found.name.startswith("_")))


def load(package: ModuleType, kind: str) -> ModuleType:
    """The module of a kind. Raises KeyError when there is none."""
    if kind not in names(package):
        raise KeyError(kind)
    return importlib.import_module(f"{package.__name__}.{kind}")
