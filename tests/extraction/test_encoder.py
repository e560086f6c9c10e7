"""The trained heads as they ship: their files, their windows, and what they say of a handful of sentences."""

import json
import shutil
from pathlib import Path

import pytest

from monitor.errors import ModelFailed
from monitor.extraction import encoder
from monitor.extraction.gloss import TRADITIONAL, Gloss, simplified
from monitor.extraction.linear import BUCKETS, features
from monitor.extraction.packs import CLS, SEP, WHOLE, packs
from monitor.model import EVENT_TYPES
from monitor.resources import models_folder

CASES = json.loads((Path(__file__).parents[1] / "cases" / "encoder" / "sentences.json").read_text(encoding="utf-8"))
TITLE = "China suspends export controls on gallium"
STORY = (
    TITLE,
    "China has suspended its export controls on gallium, the Ministry of Commerce said on Friday.",
    "The controls were introduced in July 2023.",
    "The United States welcomed the step.",
)


@pytest.fixture(scope="module")
def heads() -> encoder.Heads:
    return encoder.load()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(models_folder() / "heads", tmp_path / "heads"))


@pytest.mark.parametrize("case", CASES, ids=[case["sentence"][:40] for case in CASES])
def test_says_what_a_sentence_asserts(heads: encoder.Heads, case: dict[str, str]) -> None:
    scores = heads.sentences("", ["", case["sentence"]], case["language"], [1])[0]
    likeliest = max(scores.types, key=lambda name: scores.types[name])
    if case["type"] is None:
        assert scores.types[likeliest] < 0.3
        return
    assert likeliest == case["type"]
    assert scores.types[likeliest] > 0.3
    if case["direction"]:
        assert max(scores.direction, key=lambda name: scores.direction[name]) == case["direction"]


def test_knows_every_type_and_gives_probabilities(heads: encoder.Heads) -> None:
    for scores in heads.sentences(TITLE, STORY, "en"):
        assert set(scores.types) == set(scores.given) == set(EVENT_TYPES)
        for facets in (scores, *scores.given.values()):
            assert sum(facets.status.values()) == pytest.approx(1)
            assert sum(facets.direction.values()) == pytest.approx(1)
            chances = [facets.focus_background, facets.certainty_reported, *facets.jurisdictions.values(), *scores.types.values()]
            assert all(0 <= chance <= 1 for chance in chances)


def test_scores_what_is_wanted_in_the_order_asked(heads: encoder.Heads) -> None:
    last, first = heads.sentences(TITLE, STORY, "en", [3, 1])
    assert max(first.types, key=lambda name: first.types[name]) == "control_suspended"
    assert first.types["control_suspended"] > last.types["control_suspended"]


def test_nothing_wanted_is_nothing_scored(heads: encoder.Heads) -> None:
    assert heads.sentences(TITLE, STORY, "en", []) == heads.sentences("", [], "zh") == ()


def test_the_same_text_gives_the_same_numbers(heads: encoder.Heads) -> None:
    assert heads.sentences(TITLE, STORY, "en") == encoder.load().sentences(TITLE, STORY, "en")


def test_an_altered_file_is_refused(copy: Path) -> None:
    name = next(iter(json.loads((copy / "heads.json").read_text())["files"]))
    with (copy / name).open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelFailed, match=rf"{name}: this model file was altered"):
        encoder.load(copy)


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "gloss.tsv").unlink()
    with pytest.raises(ModelFailed, match=r"gloss\.tsv: this model file is missing"):
        encoder.load(copy)


@pytest.mark.parametrize("content", [None, "{", ""])
def test_a_broken_list_of_files_is_named(copy: Path, content: str | None) -> None:
    (copy / "heads.json").unlink()
    if content is not None:
        (copy / "heads.json").write_text(content)
    with pytest.raises(ModelFailed, match=r"heads\.json: the list of trained heads cannot be read"):
        encoder.load(copy)


def test_every_wanted_sentence_is_a_target_once_and_windows_stay_short() -> None:
    sentences = [list(range(1000, 1000 + 7 * (n % 30 + 1))) for n in range(40)]
    wanted = [0, 1, 2, 5, 6, 11, 20, 21, 22, 23, 39]
    found = list(packs(list(range(500, 600)), sentences, wanted))
    assert [index for pack in found for index, _, _ in pack.targets] == wanted
    for pack in found:
        assert len(pack.ids) == len(pack.segments) <= WHOLE + 8
        assert pack.ids[0] == CLS
        assert all(pack.ids[end] == SEP and set(pack.segments[start : end + 1]) == {1} for _, start, end in pack.targets)


def test_a_target_stands_behind_the_sentence_before_it() -> None:
    (pack,) = packs([7], [[11], [12], [13], [14]], [2])
    assert pack.ids == [CLS, 7, SEP, 12, SEP, pack.ids[5], 13, SEP]
    assert pack.segments == [0, 0, 0, 0, 0, 1, 1, 1]


def test_features_keep_what_a_sentence_says_apart_from_its_context() -> None:
    own, _ = features("", ["Prices fell."], 0, "words")
    before, _ = features("", ["Prices fell.", ""], 1, "words")
    assert len(own) and len(before)
    assert not set(own.tolist()) & {bucket for bucket in before.tolist() if bucket < BUCKETS // 2}


def test_chinese_reads_the_same_in_both_scripts() -> None:
    assert simplified("商務部暫停對鎵的出口管制") == "商务部暂停对镓的出口管制"
    assert len(TRADITIONAL) % 2 == 0


def test_gloss_takes_the_longest_word_and_keeps_numbers_and_names() -> None:
    gloss = Gloss({"出口": "export", "出口管制": "export controls", "暂停": "suspend"}, 4)
    assert gloss.english("暫停出口管制，MP Materials 2025年") == "suspend export controls , MP Materials 2025"


def test_a_row_of_the_gloss_without_english_is_refused(tmp_path: Path) -> None:
    (tmp_path / "gloss.tsv").write_text("出口\texport\n管制\n", encoding="utf-8")
    with pytest.raises(ModelFailed, match="is not a Chinese word, a tab and its English"):
        Gloss.read(tmp_path / "gloss.tsv")
