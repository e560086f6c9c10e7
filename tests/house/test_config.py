"""config.toml: what is right is read, and each wrong thing has its exact sentence (tests/cases/config, one wrong thing a file)."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitor import config
from monitor.errors import BadInput, ConfigError

CASES = Path(__file__).parents[1] / "cases" / "config"
ENVIRON = {"MONITOR_TEST_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MONITOR_TEST_PASSWORD": "word"}


@pytest.mark.parametrize("case", sorted(CASES.glob("*.toml")), ids=lambda path: path.stem)
def test_one_wrong_thing_has_one_exact_sentence(case: Path) -> None:
    with pytest.raises(BadInput) as caught:
        config.load(case, environ=ENVIRON)
    assert str(caught.value) == case.with_suffix(".txt").read_text(encoding="utf-8").strip()


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[fetch]\nmax_byte = 1\nconnections = 0\n[watch]\nmaterials = ["disprosium"]\n[[alerts]]\nname = "x"\nchannels = ["none"]\n')
    with pytest.raises(ConfigError) as caught:
        config.load(file, environ={})
    assert [fault.where for fault in caught.value.faults] == ["fetch.max_byte", "fetch.connections", "watch.materials", "alerts[1].channels"]


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match='"monitor init" writes one'):
        config.load(tmp_path / "config.toml")


def test_the_whole_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
    file = tmp_path / "config.toml"
    file.write_text(
        '[monitor]\ndatabase = "data/history.db"\ntimezone = "Europe/Berlin"\n'
        '[sources.ministry]\nkind = "feed"\nurl = "https://ministry.example/rss"\nevery = "15m"\nofficial = true\nexpect = { items_per_week = 2 }\n'
        '[channels.buyers]\nkind = "webhook"\nurl = "https://hooks.example/x"\nsecret_file = "key"\n'
        '[[alerts]]\nname = "Magnets"\nmaterials = ["watch"]\nmin_severity = "high"\nchannels = ["buyers"]\n'
    )
    read = config.load(file, environ={})
    assert read.database == tmp_path / "data" / "history.db"
    assert read.zone.key == "Europe/Berlin"
    assert (read.sources[0].every, read.sources[0].expect_per_week, read.sources[0].official) == (timedelta(minutes=15), 2.0, True)
    assert read.rules[0].min_severity == "high"
    assert read.channel("buyers") is not None


def test_where_the_database_is_needs_no_more_than_its_line(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[monitor]\ndatabase = "x.db"\n[sources.a]\nkind = "nonsense"\n')
    assert config.database_path(file) == tmp_path / "x.db"
