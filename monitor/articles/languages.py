"""Which language a text is in, told from its script and its commonest words. Pure."""

import re
from collections import Counter

SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
)
COMMON = {
    "en": "the of and to in is that for on with as by it from at was be are has have said will which this",
    "de": "der die und das den von zu mit sich des ist im nicht ein eine auf dem für als auch werden wird hat",
    "fr": "le la les de des et du en un une est que qui dans pour sur au par avec pas plus sont ce il",
    "es": "el la los las de del y en que un una es por con para se su al lo como más fue está",
    "pt": "o a os as de do da e em que um uma é por com para se no na não mais dos foi ao",
    "it": "il la di che e in un una per con non del della le si è dei sono da al nel gli anche",
    "nl": "de het een van en in is dat op te voor met zijn niet aan er ook als bij door maar naar",
    "da": "og i at det er en til af på for med der de den ikke har som et fra om kan vil",
    "sv": "och i att det är en som på för av med till den har inte om ett de från var kan",
    "pl": "w i na z do się nie że to jest o jak po przez od za dla są ale oraz co",
    "tr": "ve bir bu da de için ile olarak çok daha olan gibi kadar sonra ne en her var",
    "id": "yang dan di dengan untuk ini itu dari dalam pada tidak akan juga ke oleh telah adalah",
    "vi": "và của là có được trong cho không các một người với những đã này để từ",
    "sw": "na ya wa kwa ni katika za la kuwa cha hiyo huo hii yake wakati alisema",
}
WORDS = {name: frozenset(words.split()) for name, words in COMMON.items()}
HAN = re.compile(r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]")
START = 20_000


def weight(text: str) -> int:
    """Length in letters of an alphabet; an East Asian character says as much as three."""
    return len(text) + 2 * len(HAN.findall(text))


def language(text: str) -> str:
    """The ISO 639-1 code of the language, "und" when it cannot be told."""
    start = text[:START]
    letters = sum(c.isalpha() for c in start)
    if letters < 2:
        return "und"
    for name, script in SCRIPTS:
        share = len(script.findall(start)) / letters
        if share > (0.1 if name == "ja" else 0.3):
            return name
    return by_words(re.findall(r"[^\W\d_]+", start.lower()))


def by_words(words: list[str]) -> str:
    """The language whose commonest words make up the largest part of the text, and more than a tenth of it."""
    counts = Counter(words)
    shares = {name: sum(counts[word] for word in common) / (len(words) or 1) for name, common in WORDS.items()}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] > 0.1 else "und"
