"""The networks from their original weights, in torch: for a GPU, and to export them.

The weights are read as data: nothing in the files is run.
"""

from __future__ import annotations

from pathlib import Path
from pickle import UnpicklingError

from coach_models import offline  # noqa: F401  # before pyannote

# isort: split
import torch
from pyannote.audio import Model
from pyannote.audio.core.task import Problem, Resolution, Specifications
from pyannote.audio.models.segmentation import PyanNet
from torch import Tensor
from torch.torch_version import TorchVersion

from coach.analysis.recognition import PRINTS as PRINTS_TASK
from coach.errors import ModelUnavailable
from coach_models import weights
from coach_models.networks import PRINTS, SEGMENTATION, Networks, Values, campplus

# What the checkpoint holds besides tensors.
_PLAIN_VALUES = (TorchVersion, Specifications, Problem, Resolution)


def load(device: str) -> Networks:
    """Load the networks onto a device.

    Raises
    ------
    ModelUnavailable : if the weights were not pulled, or the device cannot be used.
    """
    where = choose_device(device)
    segmentation, prints = segmentation_network().to(where), print_network().to(where)

    def segment(samples: Values) -> Values:
        with torch.inference_mode():
            scores: Tensor = segmentation(torch.from_numpy(samples).unsqueeze(1).to(where))
            return scores.exp().cpu().numpy()

    def trunk(features: Values) -> Values:
        with torch.inference_mode():
            return prints.trunk(torch.from_numpy(features).to(where)).cpu().numpy()

    def pool(statistics: Values) -> Values:
        with torch.inference_mode():
            return prints.pool(torch.from_numpy(statistics).to(where)).cpu().numpy()

    used = (
        weights.model_used("diarization", SEGMENTATION),
        weights.model_used(PRINTS_TASK, PRINTS),
    )
    return Networks(segment, trunk, pool, used)


def choose_device(name: str) -> torch.device:
    """Try the device to run on.

    Raises
    ------
    ModelUnavailable : if it cannot be used here.
    """
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise ModelUnavailable(
            f"The device {name!r} cannot be used here ({error}). Expected cpu, or cuda with a "
            "working driver. Choose another with --device."
        ) from error
    return device


def print_network() -> campplus.CamPlusPlus:
    """The voice-print network from the pulled weights."""
    return campplus.load(weights.path(PRINTS) / "campplus_cn_en_common.pt")


def segmentation_network() -> Model:
    """The segmentation network from the pulled weights.

    pyannote's own loader would run what is in the file.
    """
    return read_segmentation(weights.path(SEGMENTATION) / "pytorch_model.bin")


def read_segmentation(path: Path) -> Model:
    """Read a checkpoint of the segmentation network.

    Raises
    ------
    ModelUnavailable : if it holds none.
    """
    try:
        with torch.serialization.safe_globals([*_PLAIN_VALUES]):
            checkpoint = torch.load(path, map_location="cpu", weights_only=True)
        model = PyanNet(**checkpoint["hyper_parameters"])
        model.on_load_checkpoint(checkpoint)
        model.load_state_dict(checkpoint["state_dict"])
    except (UnpicklingError, KeyError, TypeError, RuntimeError) as error:
        raise ModelUnavailable(
            f"{path.name} holds no segmentation network ({type(error).__name__}). "
            f"Pull it again: coach models pull {SEGMENTATION}"
        ) from error
    return model.eval()
