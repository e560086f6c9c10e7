"""Who may import whom, read from the imports themselves."""

import ast
from pathlib import Path

import pytest

import monitor

ROOT = Path(monitor.__file__).parent
LEAVES = {"model", "errors", "options", "registry", "resources", "vocabulary", "documents"}
ROOMS = {"sources", "articles", "extraction", "history", "alerts"}
MAY: dict[str, set[str]] = {
    "model": set(),
    "errors": set(),
    "vocabulary": set(),
    "options": {"errors", "model"},
    "registry": {"errors"},
    "resources": {"errors"},
    "documents": {"errors"},
    **dict.fromkeys(ROOMS, LEAVES),
    "store": {"model", "errors"},
    "config": LEAVES | {"sources", "alerts"},
    "run": LEAVES | ROOMS | {"store", "config"},
    "demo": LEAVES | ROOMS | {"store", "config", "run"},
    "web": LEAVES | {"store", "config", "history", "alerts"},
    "cli": LEAVES | ROOMS | {"store", "config", "run", "web", "demo"},
}
DOORS = {("run/serving.py", "web")}  # where the conductor hands its readings to the pages

# Each third-party library lives in one room.
LIBRARIES = {
    "feedparser": {"sources/kinds/feed.py"},
    "trafilatura": {"articles"},
    "htmldate": {"articles"},
    "bs4": {"articles", "sources"},
    "charset_normalizer": {"documents.py"},
    "spacy": {"extraction"},
    "onnxruntime": {"extraction"},
    "tokenizers": {"extraction"},
    "sqlite3": {"store"},
    "sqlite_utils": {"store"},
    "httpx": {"run", "sources/fetch.py", "sources/guard.py", "alerts/channels", "demo"},
    "httpcore": {"sources/guard.py", "sources/fetch.py"},
    "pebble": {"run/children.py"},
    "standardwebhooks": {"alerts/channels/webhook.py", "demo"},
    "apprise": {"alerts/channels/apprise.py"},
    "css_inline": {"alerts"},
    "icalendar": {"alerts", "web", "history"},
    "jinja2": {"alerts", "web"},
    "fastapi": {"web"},
    "starlette": {"web"},
    "uvicorn": {"run/serving.py", "web"},
    "click": {"cli"},
    "rich": {"cli", "run", "demo"},
}


def imports() -> list[tuple[str, str]]:
    """(file, module) of every import in the package."""
    found = []
    for file in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found += [(file.relative_to(ROOT).as_posix(), alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "monitor" else [node.module]
                found += [(file.relative_to(ROOT).as_posix(), name) for name in names]
    return found


def room(path: str) -> str:
    return path.split("/")[0].removesuffix(".py")


def test_rooms_import_only_what_they_may() -> None:
    """An offence names the file and the room it must not know."""
    offences = []
    for file, module in imports():
        parts = module.split(".")
        if parts[0] != "monitor" or len(parts) == 1:
            continue
        ours, theirs = room(file), parts[1]
        if (file, theirs) in DOORS:
            continue
        if theirs not in MAY.get(ours, {theirs}) and theirs not in (ours, "__version__"):
            offences.append(f"{file} imports {module}: {ours} may import {', '.join(sorted(MAY[ours])) or 'nothing of ours'}")
    assert not offences, "\n".join(offences)


def test_every_room_has_a_rule() -> None:
    rooms = {room(p.relative_to(ROOT).as_posix()) for p in ROOT.rglob("*.py")} - {"__init__", "__main__"}
    assert rooms <= set(MAY), f"no import rule for {sorted(rooms - set(MAY))}"


@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_a_library_lives_in_its_room(library: str) -> None:
    users = {file for file, module in imports() if module.split(".")[0] == library}
    strangers = sorted(file for file in users if not any(file == home or file.startswith(f"{home}/") for home in LIBRARIES[library]))
    assert not strangers, f"{library} is imported by {strangers}; it lives in {sorted(LIBRARIES[library])}"


def test_no_import_cycles() -> None:
    """Modules form no cycle, so that each can be read and loaded by itself."""
    modules = {name_of(file): file for file in (p.relative_to(ROOT).as_posix() for p in ROOT.rglob("*.py"))}
    graph: dict[str, set[str]] = {name: set() for name in modules}
    for file, module in top_level_imports():
        if module in modules and module != name_of(file):
            graph[name_of(file)].add(module)
    assert not (loop := cycle(graph)), " -> ".join(loop)


def name_of(file: str) -> str:
    return "monitor." + file.removesuffix(".py").removesuffix("/__init__").replace("/", ".") if file != "__init__.py" else "monitor"


def top_level_imports() -> list[tuple[str, str]]:
    found = []
    for path in ROOT.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            file = path.relative_to(ROOT).as_posix()
            if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                found += [(file, f"{node.module}.{alias.name}") for alias in node.names] + [(file, node.module)] * (node.module.count(".") > 1)
            elif isinstance(node, ast.Import):
                found += [(file, alias.name) for alias in node.names]
    return found


def cycle(graph: dict[str, set[str]]) -> list[str]:
    done: set[str] = set()

    def walk(node: str, path: list[str]) -> list[str]:
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done:
            return []
        for following in sorted(graph[node]):
            if found := walk(following, [*path, node]):
                return found
        done.add(node)
        return []

    return next((found for node in sorted(graph) if (found := walk(node, []))), [])
