"""Train everything and ship it: `python -m models.training.train`. Steps whose result lies in work/ are not done again.

Options: `--linear` trains the linear heads alone; `--folder` ships somewhere else than models/heads.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from models.training import calibrate, linear, predictions, ship
from models.training.corpus import WORK, Example, examples


def train_linear(found: Sequence[Example], folder: Path, lines: list[dict[str, object]]) -> tuple[str, tuple[list[str], ship.Weights]]:
    language = found[0].language
    parts = [predictions.linear_predictions(found)]
    lines += predictions.rows(found, *predictions.calibrated(found, parts))
    name = f"linear-{language}.npz"
    linear.store(linear.fit(found), folder / name)
    return name, ([name], calibrate.fit(found, parts))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--linear", action="store_true", help="train the linear heads alone")
    parser.add_argument("--folder", type=Path, default=ship.SHIPPED, help="where to ship")
    options = parser.parse_args()
    WORK.mkdir(exist_ok=True)
    options.folder.mkdir(exist_ok=True, parents=True)
    everything, lines = examples(), []
    languages = {language: [x for x in everything if x.language == language] for language in ("en", "zh")}
    trained = {language: train_linear(found, options.folder, lines) for language, found in languages.items()}
    parts = {name: {"kind": "linear"} for name, _ in trained.values()}
    predictions.write(lines)
    ship.manifest(options.folder, parts, {language: how for language, (_, how) in trained.items()}, predictions.key(everything))


if __name__ == "__main__":
    main()
