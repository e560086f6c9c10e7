"""The words under which an event is found: its summary, its type and its materials under every name they go by."""

from monitor.model import Event

# Symbols and Chinese names, so that "Dy", "dysprosium" and 镝 find the same events. Source: IUPAC names and the periodic table in Chinese.
NAMES: dict[str, str] = {
    "lanthanum": "La 镧", "cerium": "Ce 铈", "praseodymium": "Pr 镨", "neodymium": "Nd 钕", "promethium": "Pm 钷", "samarium": "Sm 钐",
    "europium": "Eu 铕", "gadolinium": "Gd 钆", "terbium": "Tb 铽", "dysprosium": "Dy 镝", "holmium": "Ho 钬", "erbium": "Er 铒",
    "thulium": "Tm 铥", "ytterbium": "Yb 镱", "lutetium": "Lu 镥", "scandium": "Sc 钪", "yttrium": "Y 钇", "rare_earths": "REE rare earth 稀土",
    "light_rare_earths": "LREE 轻稀土", "medium_heavy_rare_earths": "HREE heavy rare earths 中重稀土", "rare_earth_magnets": "permanent magnets 稀土永磁 磁材",
    "ndfeb_magnets": "NdFeB neodymium magnets 钕铁硼", "smco_magnets": "SmCo samarium-cobalt 钐钴", "rare_earth_alloys": "稀土合金",
    "rare_earth_oxides": "稀土氧化物", "rare_earth_technology": "稀土技术", "rare_earth_equipment": "稀土设备", "gallium": "Ga 镓", "germanium": "Ge 锗",
    "antimony": "Sb 锑", "graphite": "石墨", "tungsten": "W 钨", "tellurium": "Te 碲", "bismuth": "Bi 铋", "molybdenum": "Mo 钼", "indium": "In 铟",
    "superhard_materials": "synthetic diamond 超硬材料", "battery_materials": "lithium battery cathode 锂电池", "cobalt": "Co 钴", "nickel": "Ni 镍",
    "lithium": "Li 锂", "magnesium": "Mg 镁", "tantalum": "Ta 钽", "niobium": "Nb 铌", "copper": "Cu 铜", "silver": "Ag 银",
    "critical_minerals": "critical raw materials 关键矿产", "dual_use_items": "dual-use 两用物项",
}  # fmt: skip


def text(event: Event, quotes: tuple[str, ...] = ()) -> str:
    """What full-text search looks through for an event; the store adds nothing to it."""
    materials = " ".join(f"{m.replace('_', ' ')} {NAMES.get(m, '')}" for m in event.materials)
    parts = (event.summary, event.type.replace("_", " "), materials, event.instrument or "", *event.actors, *event.recipients, *quotes)
    return "\n".join(part for part in parts if part)
