"""Windows with labels for the encoder, made anew for each epoch.

Sentences without events are dropped now and then and documents are varied, so that no two epochs show the same windows: at run time
the caller may leave sentences out too.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer

from models.training.corpus import CODES, DIRECTIONS, STATUSES, TYPES, Example
from models.training.vary import varied
from monitor.extraction.packs import Pack, packs

DROPPED = 0.45  # share of sentences without events that an epoch leaves out
LIMITS = (110, 150, 192)
BATCH = 640  # pieces of a batch, padding included


@dataclass(frozen=True)
class Labels:
    """Of one target: its types, and for each of its events (type, focus, status, certainty, direction, jurisdictions)."""

    types: list[float]
    events: list[tuple[int, float, int, float, int, list[float]]]


def labels(example: Example, index: int) -> Labels:
    found = example.events[index]
    return Labels(
        [float(any(e["type"] == t for e in found)) for t in TYPES],
        [
            (
                TYPES.index(e["type"]),
                float(e["focus"] == "background"),
                STATUSES.index(e["status"]),
                float(e["certainty"] == "reported"),
                DIRECTIONS.index(e["direction"]),
                [float(c in e["jurisdictions"]) for c in CODES],
            )
            for e in found
        ],
    )


def epoch(examples: Sequence[Example], tokenizer: Tokenizer, seed: int) -> list[list[tuple[Pack, list[Labels]]]]:
    """Batches in random order, windows of like length together."""
    chance = random.Random(seed)
    rows = []
    for example in examples:
        wanted = [i for i, found in enumerate(example.events) if found or chance.random() >= DROPPED]
        title, texts = varied(example, chance)
        ids = [coded.ids for coded in tokenizer.encode_batch([title, *texts], add_special_tokens=False)]
        rows += [(pack, [labels(example, i) for i, _, _ in pack.targets]) for pack in packs(ids[0], ids[1:], wanted, chance.choice(LIMITS))]
    rows.sort(key=lambda row: (len(row[0].ids), chance.random()))
    batches: list[list[tuple[Pack, list[Labels]]]] = [[]]
    for row in rows:
        if (len(batches[-1]) + 1) * len(row[0].ids) > BATCH and batches[-1]:
            batches.append([])
        batches[-1].append(row)
    chance.shuffle(batches)
    return batches


def tensors(batch: Sequence[Pack]) -> dict[str, torch.Tensor]:
    """The graph's inputs for several windows, padded; targets that a window lacks point at its first piece."""
    length, targets = max(len(p.ids) for p in batch), max(len(p.targets) for p in batch)
    ids, mask, segments = (np.zeros((len(batch), length), np.int64) for _ in range(3))
    pool, ends = np.zeros((len(batch), targets, length), np.float32), np.zeros((len(batch), targets), np.int64)
    for row, pack in enumerate(batch):
        ids[row, : len(pack.ids)], mask[row, : len(pack.ids)], segments[row, : len(pack.ids)] = pack.ids, 1, pack.segments
        for column, (_, start, end) in enumerate(pack.targets):
            pool[row, column, start:end], ends[row, column] = 1 / (end - start), end
    named = {"ids": ids, "mask": mask, "segments": segments, "pool": pool, "ends": ends}
    return {name: torch.from_numpy(array) for name, array in named.items()}
