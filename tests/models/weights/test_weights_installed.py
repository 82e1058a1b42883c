"""Reading what was pulled: cheap checks, clear messages, and never the network."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wheel_shop import Shop

from coach.conversation import ModelUsed
from coach.errors import ModelUnavailable
from coach_models import weights
from coach_models.weights.local_models import RECORD, RECORDS, Pulled, digest
from coach_models.weights.manifest import File, Manifest, Source

SOURCE = Source(("w==1",))
HASHES = st.text("0123456789abcdef", min_size=4, max_size=4)


@pytest.fixture
def manifest(shop: Shop, models_dir: Path) -> Manifest:
    """The model "ears" is here, one file of six bytes."""
    files = (shop.pin("deep/model.bin", b"listen"),)
    home = models_dir / "ears"
    (home / "deep").mkdir(parents=True)
    (home / "deep/model.bin").write_bytes(b"listen")
    (home / RECORD).write_bytes(RECORDS.dump_json(Pulled("ears", str(SOURCE), files)))
    return Manifest((shop.model("ears", files, SOURCE),))


def test_a_pulled_model_is_found(manifest: Manifest, models_dir: Path) -> None:
    home = weights.path("ears", manifest=manifest)
    assert home == models_dir / "ears"
    assert (home / "deep/model.bin").read_bytes() == b"listen"


def test_the_provenance_names_the_model_by_one_hash(manifest: Manifest) -> None:
    used = weights.model_used("diarization", "ears", manifest=manifest)
    assert used == ModelUsed("diarization", "ears", weights.sha256("ears", manifest=manifest))
    assert len(used.sha256) == 64


def test_a_missing_model_says_the_command_that_gets_it(models_dir: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"coach models pull whisper-base$"):
        weights.path("base")


def test_nothing_here_touches_the_network(
    manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network, or another program, was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    weights.path("ears", manifest=manifest)
    weights.sha256("ears", manifest=manifest)
    with pytest.raises(ModelUnavailable):
        weights.path("whisper-tiny.en")


def test_the_hash_is_the_recorded_one(manifest: Manifest, models_dir: Path) -> None:
    before = weights.sha256("ears", manifest=manifest)
    (models_dir / "ears/deep/model.bin").write_bytes(b"silent")
    assert weights.sha256("ears", manifest=manifest) == before


def test_a_truncated_file_is_noticed(manifest: Manifest, models_dir: Path) -> None:
    (models_dir / "ears/deep/model.bin").write_bytes(b"lis")
    with pytest.raises(ModelUnavailable, match=r"has 3 bytes, expected 6 .*pull ears"):
        weights.path("ears", manifest=manifest)


def test_a_missing_file_is_noticed(manifest: Manifest, models_dir: Path) -> None:
    (models_dir / "ears/deep/model.bin").unlink()
    with pytest.raises(ModelUnavailable, match=r"model.bin is missing, expected 6 .*pull ears"):
        weights.path("ears", manifest=manifest)


def test_weights_of_another_version_are_noticed(shop: Shop, manifest: Manifest) -> None:
    newer = shop.model("ears", (shop.pin("deep/model.bin", b"hearer"),), SOURCE)
    with pytest.raises(ModelUnavailable, match=r"another version: deep/model.bin .*pull ears"):
        weights.path("ears", manifest=Manifest((newer,)))


def test_a_record_that_cannot_be_read_is_as_none(manifest: Manifest, models_dir: Path) -> None:
    (models_dir / "ears" / RECORD).write_text("{}")
    with pytest.raises(ModelUnavailable, match="pull ears"):
        weights.path("ears", manifest=manifest)


def test_models_live_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COACH_MODELS_DIR", raising=False)
    assert weights.folder().parts[-2:] == ("listening-coach", "models")
    monkeypatch.setenv("COACH_MODELS_DIR", "~/elsewhere")
    assert weights.folder() == Path.home() / "elsewhere"


def test_asking_where_weights_are_loads_no_model_library() -> None:
    code = (
        "import sys; from coach_models import weights; "
        "print({'torch', 'huggingface_hub', 'spacy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@given(st.dictionaries(st.text(min_size=1).filter(str.isalnum), HASHES, min_size=1), st.data())
def test_the_hash_of_a_model_depends_on_each_file_and_on_no_order(
    hashes: dict[str, str], data: st.DataObject
) -> None:
    files = [File(path, 1, sha256) for path, sha256 in hashes.items()]
    assert digest(data.draw(st.permutations(files))) == digest(files)
    changed = data.draw(st.sampled_from(files))
    others = [file for file in files if file is not changed]
    assert digest([*others, File(changed.path, 1, f"{changed.sha256}0")]) != digest(files)
