"""Train everything and ship it: `python -m models.training.train`. Steps whose result lies in work/ are not done again.

Parts: "words" (linear, English and glossed Chinese), "characters" (linear, Chinese) and, unless `--linear` is given, the encoder.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.training import calibrate, figures, linear, predictions, ship
from models.training.calibrate import Predictions
from models.training.corpus import WORK, Example, examples, glossed
from monitor.extraction.gloss import Gloss
from monitor.extraction.linear import Kind

LANGUAGES = ("en", "zh")
ENCODER = "encoder.onnx"


def fit_linear(found: Sequence[Example], kind: Kind, folder: Path) -> Predictions:
    """Out-of-fold numbers; the heads shipped are fitted on everything."""
    path = WORK / f"{kind}-{predictions.key(found, linear.STRENGTH, linear.BOOST, linear.FACET_STRENGTH)}.final.npz"
    if not path.exists():
        linear.store(linear.fit(found, kind), path)
    (folder / f"{kind}.npz").write_bytes(path.read_bytes())
    return predictions.linear_predictions(found, kind)


def of_language(part: Predictions, found: Sequence[Example], language: str) -> Predictions:
    return predictions.some(part, found, [x.language == language for x in found])


def combine(
    found: Sequence[Example], told: dict[str, Predictions], covered: Sequence[bool]
) -> tuple[tuple[list[str], ship.Weights], list[dict[str, Any]]]:
    """How the parts of a language are added up, and its lines of oof.jsonl.

    `covered` documents were scored by every part unseen; the others only by the linear ones, and so are their lines.
    """
    seen_by_none = [x for x, yes in zip(found, covered, strict=True) if yes]
    parts = [predictions.some(part, found, covered) for part in told.values()]
    numbers, tables = predictions.calibrated(seen_by_none, parts)
    figures.show(seen_by_none, numbers, tables, told)
    lines = predictions.rows(seen_by_none, numbers, tables, list(told))
    if not all(covered):
        linear_ones = {name: part for name, part in told.items() if name != ENCODER}
        numbers, tables = predictions.calibrated(found, list(linear_ones.values()))
        figures.show(found, numbers, tables, linear_ones)
        rest = predictions.rows(found, numbers, tables, list(linear_ones))
        lines += [line for line, yes in zip(rest, covered, strict=True) if not yes]
    return (list(told), calibrate.fit(seen_by_none, parts)), lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--linear", action="store_true", help="leave the encoder out")
    parser.add_argument("--base", type=Path, help="folder of the pretrained encoder: model.safetensors, config.json, tokenizer.json")
    parser.add_argument("--quick", action="store_true", help="train the encoder once, without a seventh of the documents, and ship that")
    parser.add_argument("--network", type=Path, help="ship the encoder of this checkpoint instead of training one")
    parser.add_argument("--start", type=Path, help="train the encoder on from this checkpoint, for two epochs, as --quick does")
    parser.add_argument("--threads", type=int, default=1, help="cores for the encoder's training")
    parser.add_argument("--folder", type=Path, default=ship.SHIPPED, help="where to ship")
    options = parser.parse_args()
    WORK.mkdir(exist_ok=True)
    found = examples()
    gloss = Gloss.read(options.folder / "gloss.tsv")
    read = [glossed(x, gloss) for x in found]
    parts: dict[str, dict[str, Any]] = {
        "words.npz": {"kind": "linear", "reads": "words"},
        "characters.npz": {"kind": "linear", "reads": "characters"},
    }
    told, covered = {"words.npz": fit_linear(read, "words", options.folder)}, [True] * len(found)
    if not options.linear:
        from models.training import encoder, net  # torch is not needed for the linear heads

        net.THREADS, how = options.threads, encoder.How(options.network, options.quick, options.start)
        parts[ENCODER], told[ENCODER], covered = encoder.fit(read, options.folder, options.base, how)
    languages, lines = {}, []
    for language in LANGUAGES:
        mine = [x for x in found if x.language == language]
        used = {name: of_language(part, read, language) for name, part in told.items()}
        if language == "zh":
            used["characters.npz"] = fit_linear(mine, "characters", options.folder)
        languages[language], scored = combine(mine, used, [yes for x, yes in zip(found, covered, strict=True) if x.language == language])
        lines += scored
    predictions.write(lines)
    ship.manifest(options.folder, parts, languages, predictions.key(found))


if __name__ == "__main__":
    main()
