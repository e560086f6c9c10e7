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


def manifest(folder: Path, parts: Mapping[str, dict[str, Any]], languages: Mapping[str, tuple[Sequence[str], Weights]], made_from: str) -> None:
    """`parts`: file name to its options; `languages`: the parts that score it, and how they are added up."""
    files = sorted({*parts, *(options["tokenizer"] for options in parts.values() if "tokenizer" in options)})
    told = {
        "outputs": {"types": OUTPUTS.types, "statuses": OUTPUTS.statuses, "directions": OUTPUTS.directions, "codes": OUTPUTS.codes},
        "files": {name: digest(folder / name) for name in files},
        "parts": parts,
        "languages": {
            name: {"parts": used, "weights": weights.round(4).tolist(), "bias": bias.round(4).tolist()}
            for name, (used, (weights, bias)) in languages.items()
        },
        "documents": made_from,
    }
    version = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:10]
    text = json.dumps({"version": f"heads-{version}", **told}, indent=1)
    (folder / "heads.json").write_text(text + "\n", encoding="utf-8")
