"""Where the shipped models and domain knowledge lie: inside the wheel as `monitor/models`, beside the package in a checkout."""

from pathlib import Path

from monitor.errors import ModelFailed

HERE = Path(__file__).resolve().parent


def default_config() -> str:
    """The commented config.toml that "monitor init" writes. Raises ModelFailed when the installation lacks it."""
    for file in (HERE / "models" / "config.toml", HERE.parent / "config.toml"):
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise ModelFailed(f"no config.toml at {HERE / 'models'}: install the package again")


def models_folder() -> Path:
    """The folder of models and domain knowledge. Raises ModelFailed when the installation lacks it."""
    for folder in (HERE / "models", HERE.parent / "models"):
        if folder.is_dir():
            return folder
    raise ModelFailed(f"no models folder at {HERE / 'models'} or {HERE.parent / 'models'}: install the package again")
