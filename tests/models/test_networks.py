"""The files that hear voices say what the original networks say."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
import torchaudio.compliance.kaldi as kaldi
from calls import telephone_call

from coach.errors import ModelUnavailable
from coach.ports import Audio, SpeakerCount, silent
from coach_models.diarizer import VoiceDiarizer
from coach_models.networks import (
    MEL_BINS,
    PRINTS,
    SEGMENTATION,
    WIDTH,
    onnx_networks,
    torch_networks,
)
from coach_models.networks.features import filter_bank
from coach_models.weights.local_models import digest
from coach_models.weights.manifest import read_shipped


@pytest.mark.parametrize("gain", [1e-4, 0.05, 1.0])
@pytest.mark.parametrize("size", [400, 559, 560, 200_123])
def test_the_filter_bank_is_kaldis(gain: float, size: int) -> None:
    samples = np.random.default_rng(size).normal(0, gain, size).astype(np.float32)
    told = kaldi.fbank(
        torch.from_numpy(samples)[None], num_mel_bins=MEL_BINS, sample_frequency=16_000, dither=0.0
    )
    found = filter_bank(samples)
    assert found.shape == told.shape
    assert np.allclose(found, told.numpy(), atol=2e-3)


def test_less_than_a_frame_has_no_features() -> None:
    assert filter_bank(np.ones(399, np.float32)).shape == (0, MEL_BINS)


def test_each_file_is_made_from_the_weights_that_the_manifest_pins() -> None:
    exports = onnx_networks.read_exports()
    assert {name: each.weights for name, each in exports.items()} == {
        "segmentation": SEGMENTATION, "trunk": PRINTS, "pool": PRINTS,
    }  # fmt: skip
    for each in exports.values():
        assert each.weights_sha256 == digest(read_shipped().model(each.weights).files)


def test_a_file_that_was_changed_or_is_missing_is_not_run(tmp_path: Path) -> None:
    folder = tmp_path / "networks"
    shutil.copytree(onnx_networks.FOLDER, folder)
    pool = folder / "pool.onnx"
    pool.write_bytes(pool.read_bytes()[:-1] + b"?")
    with pytest.raises(ModelUnavailable, match="sha256"):
        onnx_networks.load(folder)
    pool.unlink()
    with pytest.raises(ModelUnavailable, match="install listening-coach again"):
        onnx_networks.load(folder)
    (folder / onnx_networks.EXPORTS).write_text("[pool]\n")
    with pytest.raises(ModelUnavailable, match="list of networks"):
        onnx_networks.load(folder)


@pytest.mark.models
def test_the_files_say_what_the_weights_say() -> None:
    shipped, torched = onnx_networks.load(), torch_networks.load("cpu")
    assert shipped.models == torched.models
    rng = np.random.default_rng(1)
    for windows in (1, 2, 4):
        sound = rng.normal(0, 0.1, (windows, 160_000)).astype(np.float32)
        assert np.allclose(shipped.segment(sound), torched.segment(sound), atol=1e-5)
    for frames in (25, 60, 199, 200, 201, 300, 449):
        features = rng.normal(0, 1, (2, frames, MEL_BINS)).astype(np.float32)
        assert np.allclose(shipped.trunk(features), torched.trunk(features), atol=2e-4)
    statistics = rng.normal(0, 1, (5, 2 * WIDTH)).astype(np.float32)
    assert np.allclose(shipped.pool(statistics), torched.pool(statistics), atol=1e-4)


@pytest.mark.models
def test_a_call_is_heard_alike_with_both() -> None:
    audio = Audio(telephone_call()[0][np.newaxis])
    diarizer = VoiceDiarizer()
    first = diarizer(audio, speakers=SpeakerCount(), report=silent)
    diarizer._ears.networks = torch_networks.load("cpu")
    second = diarizer(audio, speakers=SpeakerCount(), report=silent)
    assert [each.speaker for each in first.regular] == [each.speaker for each in second.regular]
    for one, other in zip(first.regular, second.regular, strict=True):
        assert (one.span.start, one.span.end) == pytest.approx(
            (other.span.start, other.span.end), abs=0.02
        )
    for one, other in zip(first.prints, second.prints, strict=True):
        assert np.dot(one.vector, other.vector) > 0.999
