"""What the shipped manifest promises, and which manifests are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.errors import InputError
from coach_models.weights.manifest import File, Source, read, read_shipped
from coach_models.weights.pull import defaults

CARDS = Path(__file__).parents[3] / "models" / "cards"
HUB_ONLY = {"whisper-large-v3-turbo", "distil-large-v3.5", "pyannote-community-1"}
DEFAULTS = ("whisper-base", "en-core-web-sm")


def test_the_default_models_need_no_hub() -> None:
    assert defaults() == DEFAULTS
    for model in read_shipped().models:
        assert bool(model.sources[0].wheels) == (model.name not in HUB_ONLY)


def test_every_file_is_pinned_but_the_one_model_trusted_on_first_use() -> None:
    unpinned = {m.name for m in read_shipped().models for f in m.files if not (f.size and f.sha256)}
    assert unpinned == {"distil-large-v3.5"}


def test_every_wheel_of_a_source_is_pinned() -> None:
    for model in read_shipped().models:
        for source in model.sources:
            for pin in source.wheels:
                assert len(read_shipped().wheel(pin).sha256) == 64


@pytest.mark.parametrize("name", [m.name for m in read_shipped().models])
def test_every_model_has_a_card_that_agrees_with_the_manifest(name: str) -> None:
    model = read_shipped().model(name)
    card = (CARDS / f"{name}.md").read_text("utf-8")
    assert model.licence in card
    for source in model.sources:
        for origin in source.wheels or (str(source.hub), source.revision):
            assert origin in card
    largest = max(model.files, key=lambda file: file.size or 0)
    assert largest.sha256 is None or largest.sha256 in card


def test_an_alias_means_the_model() -> None:
    assert read_shipped().model("large-v3-turbo") is read_shipped().model("whisper-large-v3-turbo")
    assert read_shipped().model("community-1").name == "pyannote-community-1"


def test_an_unknown_name_is_answered_with_what_there_is() -> None:
    with pytest.raises(InputError, match=r"'whisper-huge'. There are: whisper-base, seg"):
        read_shipped().model("whisper-huge")


def test_a_wheel_without_a_hash_is_refused() -> None:
    with pytest.raises(InputError, match="gives no hash"):
        read_shipped().wheel("other==1")


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../up", "a/../../up", "a\\b"])
def test_a_file_stays_inside_its_folder(path: str) -> None:
    with pytest.raises(InputError, match="inside the model's folder"):
        File(path)


def test_a_source_is_either_wheels_or_a_hub() -> None:
    for kinds in ({}, {"wheels": ("a==1",), "hub": "o/r"}):
        with pytest.raises(InputError, match="either wheels or a hub"):
            Source(**kinds)


def test_a_hub_is_pinned_by_its_full_commit() -> None:
    with pytest.raises(InputError, match="full commit"):
        Source(hub="o/r", revision="main")


@pytest.mark.parametrize("text", ["models = 1", "models = [", "models = []\nsurprise = 1"])
def test_what_is_not_a_manifest_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_text(text)
    with pytest.raises(InputError, match="not a manifest"):
        read(tmp_path / "manifest.toml")
