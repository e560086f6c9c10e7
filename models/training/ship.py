"""Write the trained parts and the list of them, heads.json, into a folder from which `monitor.extraction.encoder.load` reads."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy.typing as npt

from models.training.predictions import OUTPUTS

SHIPPED = Path(__file__).resolve().parent.parent / "heads"
Weights = tuple[npt.NDArray[Any], npt.NDArray[Any]]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def manifest(folder: Path, parts: Mapping[str, dict[str, Any]], languages: Mapping[str, tuple[Sequence[str], Weights]], documents: str) -> None:
    """`parts`: file name to its options; `languages`: the parts that score it, and how they are added up; `documents`: what was learnt from."""
    tokenizers = {options["tokenizer"] for options in parts.values() if "tokenizer" in options}
    told = {
        "documents": documents,
        "files": {name: digest(folder / name) for name in sorted({*parts, *tokenizers, "gloss.tsv"})},
        "outputs": {"types": OUTPUTS.types, "statuses": OUTPUTS.statuses, "directions": OUTPUTS.directions, "codes": OUTPUTS.codes},
        "parts": parts,
        "languages": {name: {"parts": used, "weights": rounded(how[0]), "bias": rounded(how[1])} for name, (used, how) in languages.items()},
    }
    version = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:10]
    (folder / "heads.json").write_text(json.dumps({"version": f"heads-{version}", **told}, ensure_ascii=False) + "\n", encoding="utf-8")


def rounded(numbers: npt.NDArray[Any]) -> Any:
    return numbers.round(4).tolist()
