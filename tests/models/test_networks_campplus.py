"""The voice-print network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from coach_models import weights
from coach_models.networks import DIMENSION, MEL_BINS, WIDTH, campplus


@pytest.fixture(scope="module")
def network() -> Any:
    torch.manual_seed(0)
    return campplus.CamPlusPlus().eval()


@pytest.mark.parametrize("frames", [50, 150, 333])
def test_one_print_per_input(network: Any, frames: int) -> None:
    with torch.inference_mode():
        assert network(torch.randn(2, frames, MEL_BINS)).shape == (2, DIMENSION)


def test_the_trunk_has_half_the_frames(network: Any) -> None:
    with torch.inference_mode():
        hidden = network.trunk(torch.randn(1, 300, MEL_BINS))
    assert hidden.shape == (1, WIDTH, 150)


def test_prints_do_not_depend_on_the_batch(network: Any) -> None:
    features = torch.randn(3, 120, MEL_BINS)
    with torch.inference_mode():
        together = network(features)
        alone = torch.cat([network(each.unsqueeze(0)) for each in features])
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=1e-4)


def test_pooling_the_trunk_is_the_whole_network(network: Any) -> None:
    features = torch.randn(1, 200, MEL_BINS)
    with torch.inference_mode():
        hidden = network.trunk(features)
        pooled = network.pool(torch.cat([hidden.mean(-1), hidden.std(-1)], dim=-1))
        torch.testing.assert_close(pooled, network(features))


def test_weights_that_carry_code_are_not_loaded(tmp_path: Path) -> None:
    torch.save({"head": print}, tmp_path / "bad.pt")
    with pytest.raises(Exception, match=r"weights_only|Unsupported"):
        campplus.load(tmp_path / "bad.pt")


@pytest.mark.models
def test_the_published_weights_fit() -> None:
    network = campplus.load(weights.path("campplus") / "campplus_cn_en_common.pt")
    prints = network(torch.randn(1, 200, MEL_BINS))
    assert (prints < 0).any(), "prints are signed: a rectified output loses half of the voice"
