"""What belongs to what: groups of materials, their members, and products that contain them."""

from collections.abc import Iterable
from functools import lru_cache

from monitor.history import shelf


@lru_cache(maxsize=1024)
def members(group: str) -> frozenset[str]:
    """All that a group covers, itself included, down to the single materials."""
    below = shelf.table("materials.toml")["members"].get(group, ())
    return frozenset({group}).union(*(members(one) for one in below))


@lru_cache(maxsize=1024)
def groups(material: str) -> frozenset[str]:
    """The groups that a material belongs to, itself included."""
    return frozenset({material} | {group for group in shelf.table("materials.toml")["members"] if material in members(group)})


@lru_cache(maxsize=1024)
def parts(product: str) -> frozenset[str]:
    """The materials that a product contains, itself not included."""
    return frozenset(shelf.table("materials.toml")["contains"].get(product, ()))


@lru_cache(maxsize=1024)
def products(material: str) -> frozenset[str]:
    """The products that contain a material."""
    return frozenset(product for product, inside in shelf.table("materials.toml")["contains"].items() if material in inside)


def expand(materials: Iterable[str]) -> frozenset[str]:
    """The ids themselves and what contains them, belongs to them or covers them: what a buyer who watches them wants to hear of."""
    found: set[str] = set()
    for one in materials:
        for member in members(one):
            found |= {member} | groups(member) | products(member)
        found |= groups(one)
    return frozenset(found | {product for one in list(found) if one in members("rare_earth_magnets") for product in groups(one)})


@lru_cache(maxsize=1)
def unspecified() -> frozenset[str]:
    """Names so broad that the reach of a measure cannot be read from them."""
    return frozenset(shelf.table("materials.toml")["unspecified"]["ids"])


@lru_cache(maxsize=1024)
def family(material: str) -> str:
    """The family by which events on this material are looked up."""
    for name, ids in shelf.table("materials.toml")["families"].items():
        if material in ids or any(material in members(one) for one in ids):
            return str(name)
    return material


@lru_cache(maxsize=4096)
def closeness(left: frozenset[str], right: frozenset[str]) -> float:
    """How much two lists of materials say the same: 1 equal, about 0.5 where one covers the other, 0 unrelated."""
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    exact = len(left & right) / len(left | right)
    related = sum(any(touches(a, b) for b in right) for a in left) + sum(any(touches(a, b) for a in left) for b in right)
    return max(exact, 0.6 * related / (len(left) + len(right)))


@lru_cache(maxsize=65536)
def touches(a: str, b: str) -> bool:
    """Whether one covers, or contains, the other."""
    return b in members(a) or a in members(b) or b in parts(a) or a in parts(b)
