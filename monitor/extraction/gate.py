# ruff: noqa: E501  patterns read better on one line
"""Is there anything for us in this text? Microseconds an article, no imports of weight, made to lose nothing.

A text passes when it names a subject (a material, dual-use goods, a list of entities); where the subject is a common word, such as
copper, the text must also speak of policy, trade or supply.
Substrings are looked for and not words: each look is one pass of C code, and a stem covers inflections in both spellings.
"""

SUBJECTS = (
    "rare earth", "rare-earth", "gallium", "germanium", "antimony", "graphite", "tungsten", "dysprosium", "terbium", "yttri",
    "neodymium", "samarium", "dual-use", "dual use", "critical mineral", "strategic mineral",
    "export control", "entity list", "tantal", "niobium", "molybden", "tellur", "bismuth", "scandium", "rhenium",
    "hafnium", "lutetium", "gadolinium", "europium", "holmium", "erbium", "lanthan", "praseodym", "thulium", "ytterb", "ndfeb",
    "ndpr", "smco", "superhard", "monazite", "spodumene", "fluorspar",
    "beryllium", "chromite", "coltan", "cassiterite", "tin ore", "tin ingot", "rare metal", "bis affiliates", "wolfram", "mofcom",
    "affiliates rule", "unreliable entit", "minor metal", "technology catalog",
)  # fmt: skip
AMBIGUOUS = (
    "export permit", "export licen", "anode", "copper", "silver", "nickel", "magnesium", "titanium", "manganese", "minerals", "raw material", "cathode", "magnet", "lithium", "cobalt", "watch list", "control list", "bauxite", "rutile", "vanadium", "zircon", "selenium", "indium", "cerium",
)  # fmt: skip
POLICY = (
    "licen", "permit", "export", "tariff", "dut", "quota", "ban", "curb", "control", "restrict", "customs", "smuggl", "sanction", "blacklist",
    "ministr", "minister", "commission", "government", "agreement", "treaty", "truce", "deal", "stockpil", "subsid", "loan", "stake", "probe",
    "investigat", "shortage", "halt", "suspen", "approv", "authori", "embargo", "cabinet", "court", "beijing", "washington", "tender", "fund",
    "clearance", "consent", "bill", "decree", "notice", "embassy", "police", "pentagon", "congress", "parliament", "regulat",
)  # fmt: skip
SUBJECTS_ZH = (
    "稀土", "镓", "鎵", "锗", "鍺", "锑", "銻", "石墨", "钨", "鎢", "镝", "鏑", "铽", "鋱", "钇", "釔", "钕", "釹", "钐", "釤", "磁", "两用物项", "兩用物項",
    "军民两用", "軍民兩用", "雙用途", "双用途", "关键矿", "關鍵礦", "战略矿", "戰略礦", "战略性矿", "矿产", "礦產", "钴", "鈷", "锂", "鋰", "镍", "鎳", "钽", "鉭", "铌",
    "鈮", "钼", "鉬", "碲", "铋", "鉍", "铟", "銦", "钪", "鈧", "铼", "錸", "铪", "鉿", "出口管制", "管控名单", "管控名單", "实体清单", "實體清單", "关注名单", "超硬材料",
    "正极材料", "镁", "鎂", "稀有金属", "稀有金屬", "原材料", "铜", "銅", "锡", "錫", "白银", "白銀", "锰", "钛", "鈦", "铕", "铒", "镱", "镥", "钆", "铈", "镧", "萤石",
    "銪", "鉺", "鐿", "鎦", "釓", "鈰", "鑭", "锆", "鋯", "关联公司规则", "穿透规则", "不可靠",
)  # fmt: skip


# What a notice does to earlier notices that it names by number alone; those on dumping and the like are no concern of ours.
NUMBERED = ("公告20", "announcement no", "announcements no", "announcements 20", "announcement 20")
ACTS_ON = (
    "暂停实施", "暫停實施", "停止实施", "停止實施", "中止实施", "暂停执行", "暂停适用", "停止适用", "恢复实施", "恢復實施", "恢复执行", "恢复适用", "继续暂停", "suspen", "paus", "reinstat", "resum", "extend", "revok", "repeal",
)  # fmt: skip
SIGNERS = ("商务部", "商務部", "ministry of commerce", "commerce ministry")
OTHER_TRADE = ("反倾销", "反傾銷", "反补贴", "反補貼", "anti-dumping", "antidumping", "countervailing", "汽车", "automobile")


def encoded(stems: tuple[str, ...]) -> tuple[bytes, ...]:
    """Bytes are searched faster than text that holds a single curly quote."""
    return tuple(stem.encode() for stem in stems)


CLEAR, UNCLEAR, TRADE, CHINESE = map(encoded, (SUBJECTS, AMBIGUOUS, POLICY, SUBJECTS_ZH))
NOTICE = tuple(map(encoded, (NUMBERED, ACTS_ON, SIGNERS)))
ELSE = encoded(OTHER_TRADE)


def relevant(text: str) -> bool:
    """Whether an article may assert a policy event on these materials. `text` is its title and text in any language."""
    raw = text.lower().encode(errors="replace")
    if any(stem in raw for stem in CLEAR):
        return True
    if any(stem in raw for stem in UNCLEAR) and any(stem in raw for stem in TRADE):
        return True
    if b"chin" in raw and (b"licen" in raw or b"permit" in raw):
        return True
    if len(raw) > len(text) * 1.3 and any(stem in raw for stem in CHINESE):
        return True
    return acts_on_notices(raw)


def acts_on_notices(raw: bytes) -> bool:
    """Whether a text tells what becomes of earlier notices of the commerce ministry that it names by number."""
    return all(any(stem in raw for stem in stems) for stems in NOTICE) and not any(stem in raw for stem in ELSE)
