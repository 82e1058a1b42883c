"""The device that models run on: asked for, tried out, never replaced by another."""

from __future__ import annotations

import torch

from coach.errors import ModelUnavailable


def usable_device(name: str) -> torch.device:
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
