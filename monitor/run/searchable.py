"""The words under which an event is found: its summary, its type and its materials under every name they go by."""

import tomllib
from functools import lru_cache

from monitor.model import Event
from monitor.resources import models_folder

SYMBOLS: dict[str, str] = dict(
    pair.split(":")
    for pair in (
        "lanthanum:La cerium:Ce praseodymium:Pr neodymium:Nd promethium:Pm samarium:Sm europium:Eu gadolinium:Gd terbium:Tb dysprosium:Dy "
        "holmium:Ho erbium:Er thulium:Tm ytterbium:Yb lutetium:Lu scandium:Sc yttrium:Y gallium:Ga germanium:Ge antimony:Sb tungsten:W "
        "tellurium:Te bismuth:Bi molybdenum:Mo indium:In cobalt:Co nickel:Ni lithium:Li magnesium:Mg tantalum:Ta niobium:Nb copper:Cu silver:Ag"
    ).split()
)


@lru_cache(maxsize=1)
def names() -> dict[str, tuple[str, ...]]:
    """Every written form of each material, from the extractor's lexicon: a search word that it can read finds the event."""
    table = tomllib.loads((models_folder() / "lexicon" / "materials.toml").read_text(encoding="utf-8"))
    return {name: tuple(forms) for name, forms in table["strong"].items()}


def text(event: Event, quotes: tuple[str, ...] = ()) -> str:
    """What full-text search looks through for an event; the store adds nothing to it."""
    materials = (" ".join((m.replace("_", " "), SYMBOLS.get(m, ""), *names().get(m, ()))) for m in event.materials)
    parts = (event.summary, event.type.replace("_", " "), *materials, event.instrument or "", *event.actors, *event.recipients, *quotes)
    return "\n".join(part for part in parts if part)
