"""The encoder with its heads, its loss, and its training with resumable checkpoints."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertModel

from models.training import windows
from models.training.calibrate import Predictions
from models.training.corpus import CODES, DIRECTIONS, STATUSES, TYPES, Example
from models.training.windows import Labels
from monitor.extraction.packs import Pack

THREADS = 1
FACETS = 1 + len(STATUSES) + 1 + len(DIRECTIONS) + len(CODES)


@dataclass(frozen=True)
class Settings:
    epochs: int = 5
    rate: float = 2e-4
    head_rate: float = 2e-3
    positive: float = 2.0  # weight of a type that is there against one that is not
    facets: float = 1.0
    seed: int = 11


class Net(nn.Module):
    """`forward` gives raw numbers [windows, targets, types + facets], read at each target's [SEP] and from the mean of its pieces."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.encoder = BertModel.from_pretrained(folder, add_pooling_layer=False)
        self.encoder.embeddings.word_embeddings.weight.requires_grad = False
        self.drop = nn.Dropout(0.2)
        self.heads = nn.Linear(2 * self.encoder.config.hidden_size, len(TYPES) + FACETS)
        self.by_type = nn.Parameter(torch.zeros(len(TYPES), FACETS))
        nn.init.constant_(self.heads.bias[: len(TYPES)], -3.0)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor, pool: torch.Tensor, ends: torch.Tensor) -> torch.Tensor:
        hidden = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=segments).last_hidden_state
        last = hidden.gather(1, ends.unsqueeze(-1).expand(-1, -1, hidden.shape[-1]))
        found: torch.Tensor = self.heads(self.drop(torch.cat([pool @ hidden, last], dim=-1)))
        return found


def loss(net: Net, raw: torch.Tensor, wanted: Sequence[Sequence[Labels]], settings: Settings) -> torch.Tensor:
    """Types over all targets, facets over all pairs of target and event."""
    places = [(row, column) for row, targets in enumerate(wanted) for column in range(len(targets))]
    told = [label for targets in wanted for label in targets]
    numbers = raw[[r for r, _ in places], [c for _, c in places]]
    weight = torch.full((len(TYPES),), settings.positive)
    types = nn.functional.binary_cross_entropy_with_logits(
        numbers[:, : len(TYPES)], torch.tensor([t.types for t in told]), pos_weight=weight, reduction="sum"
    )
    pairs = [(row, event) for row, label in enumerate(told) for event in label.events]
    total = types / len(told)
    if pairs:
        facets = numbers[[row for row, _ in pairs], len(TYPES) :] + net.by_type[[event[0] for _, event in pairs]]
        total = total + settings.facets * facet_loss(facets, [event for _, event in pairs]) * len(pairs) / len(told)
    return total


def facet_loss(numbers: torch.Tensor, events: Sequence[tuple[int, float, int, float, int, list[float]]]) -> torch.Tensor:
    focus, status, certainty, direction, codes = numbers.split([1, len(STATUSES), 1, len(DIRECTIONS), len(CODES)], dim=1)
    _, background, statuses, reported, directions, jurisdictions = zip(*events, strict=True)
    binary, many = nn.functional.binary_cross_entropy_with_logits, nn.functional.cross_entropy
    return (
        binary(focus[:, 0], torch.tensor(background))
        + many(status, torch.tensor(statuses))
        + binary(certainty[:, 0], torch.tensor(reported))
        + many(direction, torch.tensor(directions))
        + 0.5 * binary(codes, torch.tensor(jurisdictions), reduction="none").sum(dim=1).mean()
    )


def priors(examples: Sequence[Example]) -> torch.Tensor:
    """How much likelier than on average each facet is given a type, in log-odds: where `by_type` starts, so that the rest is left to learn."""
    told = [event for x in examples for i in range(len(x.sentences)) for event in windows.labels(x, i).events]
    rows = torch.tensor([[*one_hot(event)] for event in told])
    kinds = torch.tensor([event[0] for event in told])
    common = rows.mean(dim=0)
    out = torch.zeros(len(TYPES), FACETS)
    for kind in range(len(TYPES)):
        mine = rows[kinds == kind]
        out[kind] = torch.logit((mine.sum(dim=0) + 4 * common) / (len(mine) + 4), eps=0.01) - torch.logit(common, eps=0.01)
    return out


def one_hot(event: tuple[int, float, int, float, int, list[float]]) -> list[float]:
    _, background, status, reported, direction, codes = event
    statuses = [float(k == status) for k in range(len(STATUSES))]
    return [background, *statuses, reported, *[float(k == direction) for k in range(len(DIRECTIONS))], *codes]


def optimiser(net: Net, settings: Settings) -> torch.optim.AdamW:
    body = [p for p in net.encoder.parameters() if p.requires_grad]
    heads = [*net.heads.parameters(), net.by_type]
    return torch.optim.AdamW([{"params": body, "lr": settings.rate}, {"params": heads, "lr": settings.head_rate}], weight_decay=0.01)


def slope(step: int, steps: int) -> float:
    """Share of the full rate: a tenth of the steps to warm up, then down to nothing."""
    return min((step + 1) / (0.1 * steps), max(0.0, (steps - step) / (0.9 * steps)))


def train(net: Net, tokenizer: Tokenizer, examples: Sequence[Example], settings: Settings, checkpoint: Path, warm: bool = False) -> None:
    """Fine-tune `net` in place. After each epoch everything is kept in `checkpoint`, and a later call goes on from there.

    A `warm` network was trained before, on other documents or fewer.
    """
    torch.set_num_threads(THREADS)
    steps_of = optimiser(net, settings)
    if not warm:
        net.by_type.data = priors(examples)
    first, step = resume(net, steps_of, checkpoint)
    per_epoch = len(windows.epoch(examples, tokenizer, settings.seed))
    for number in range(first, settings.epochs):
        seed = settings.seed * 1000 + number
        torch.manual_seed(seed)
        random.seed(seed)
        began, total = time.monotonic(), 0.0
        net.train()
        for batch in windows.epoch(examples, tokenizer, seed):
            for group, rate in zip(steps_of.param_groups, (settings.rate, settings.head_rate), strict=True):
                group["lr"] = rate * slope(step, per_epoch * settings.epochs)
            cost = loss(net, net(**windows.tensors([pack for pack, _ in batch])), [told for _, told in batch], settings)
            cost.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            steps_of.step()
            steps_of.zero_grad()
            step, total = step + 1, total + float(cost)
        kept = {"net": net.state_dict(), "optimiser": steps_of.state_dict(), "epoch": number + 1, "step": step, "ids": [x.id for x in examples]}
        torch.save(kept, checkpoint)
        print(f"{checkpoint.stem} epoch {number + 1}/{settings.epochs} loss {total / per_epoch:.4f} {time.monotonic() - began:.0f}s", flush=True)


def resume(net: Net, steps_of: torch.optim.AdamW, checkpoint: Path) -> tuple[int, int]:
    if not checkpoint.exists():
        return 0, 0
    kept = torch.load(checkpoint, weights_only=True)
    net.load_state_dict(kept["net"])
    steps_of.load_state_dict(kept["optimiser"])
    return kept["epoch"], kept["step"]


def predict(net: Net, tokenizer: Tokenizer, examples: Sequence[Example]) -> list[npt.NDArray[np.floating]]:
    """Raw numbers [sentences, outputs] of each document, every sentence wanted, one window at a time as at run time."""
    net.eval()
    out = []
    with torch.inference_mode():
        for x in examples:
            rows: dict[int, npt.NDArray[np.floating]] = {}
            for pack in whole(x, tokenizer):
                found = net(**windows.tensors([pack]))[0].numpy()
                rows |= {index: row for (index, _, _), row in zip(pack.targets, found, strict=True)}
            out.append(np.stack([rows[i] for i in range(len(x.sentences))]))
    return out


def whole(example: Example, tokenizer: Tokenizer) -> list[Pack]:
    coded = tokenizer.encode_batch([example.title, *example.texts], add_special_tokens=False)
    ids = [list(one.ids) for one in coded]
    return list(windows.packs(ids[0], ids[1:], range(len(example.sentences))))


def predictions(net: Net, raw: Sequence[npt.NDArray[np.floating]]) -> Predictions:
    numbers = np.concatenate(list(raw))
    return Predictions(numbers, np.broadcast_to(net.by_type.detach().numpy(), (len(numbers), len(TYPES), FACETS)))
