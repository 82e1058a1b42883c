"""CAM++, the network that turns speech into voice prints.

A densely connected time-delay network (D-TDNN) whose layers are masked by their context: the mean
of the whole input plus the mean of each second. Module names follow the published state dict of
3D-Speaker, so that it loads as it is.

References
----------
.. [1] Wang et al. (2023), CAM++: a fast and efficient network for speaker verification using
   context-aware masking. arXiv:2303.00332.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from coach_models.networks import DIMENSION, MEL_BINS

_GROWTH = 32
_BOTTLENECK = 4 * _GROWTH
_BLOCKS = ((12, 1), (24, 2), (16, 2))  # (layers, dilation)
_CONTEXT_FRAMES = 100


class CamPlusPlus(nn.Module):
    """Filter banks in, one voice print per input out.

    Input [shape=(batch, frames, 80), float32: log mel filter bank minus its mean over time];
    output [shape=(batch, 192), float32].
    """

    def __init__(self) -> None:
        super().__init__()
        self.head = _ConvolutionHead()
        self.xvector = _layers(self.head.channels)

    def forward(self, features: Tensor) -> Tensor:
        """Voice prints, not normalised [shape=(batch, 192)]."""
        hidden = self.trunk(features)
        return self.pool(torch.cat([hidden.mean(dim=-1), hidden.std(dim=-1)], dim=-1))

    def trunk(self, features: Tensor) -> Tensor:
        """Everything before pooling: frames at half the rate [shape=(batch, 512, frames / 2)]."""
        hidden = self.head(features.transpose(1, 2))
        for layer in self.xvector[:-1]:
            hidden = layer(hidden)
        return cast(Tensor, hidden)

    def pool(self, statistics: Tensor) -> Tensor:
        """Turn mean and standard deviation over time [shape=(batch, 1024)] into prints."""
        return cast(Tensor, self.xvector[-1](statistics))


def load(path: Path) -> CamPlusPlus:
    """Build the network and read its weights, tensors only (no code is unpickled)."""
    network = CamPlusPlus()
    network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    _fold(network.eval())
    return network


class _ConvolutionHead(nn.Module):
    """Two-dimensional convolutions that shrink the frequency axis eightfold."""

    def __init__(self, channels: int = 32) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.layer1 = nn.Sequential(_Residual(channels, stride=2), _Residual(channels, stride=1))
        self.layer2 = nn.Sequential(_Residual(channels, stride=2), _Residual(channels, stride=1))
        self.conv2 = nn.Conv2d(channels, channels, 3, stride=(2, 1), padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.channels = channels * (MEL_BINS // 8)

    def forward(self, mel: Tensor) -> Tensor:
        x = F.relu(self.bn1(self.conv1(mel.unsqueeze(1))))
        x = F.relu(self.bn2(self.conv2(self.layer2(self.layer1(x)))))
        return x.flatten(1, 2)  # (batch, channels * frequencies, frames)


class _Residual(nn.Module):
    def __init__(self, channels: int, *, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, (stride, 1), padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.shortcut = nn.Sequential()
        if stride != 1:
            self.shortcut = nn.Sequential(
                nn.Conv2d(channels, channels, 1, (stride, 1), bias=False),
                nn.BatchNorm2d(channels),
            )

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.shortcut(x))


class _ContextMask(nn.Module):
    """A local convolution, gated by the mean of the input and of each second of it."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.linear_local = nn.Conv1d(
            _BOTTLENECK, _GROWTH, 3, padding=dilation, dilation=dilation, bias=False
        )
        self.linear1 = nn.Conv1d(_BOTTLENECK, _BOTTLENECK // 2, 1)
        self.linear2 = nn.Conv1d(_BOTTLENECK // 2, _GROWTH, 1)

    def forward(self, x: Tensor) -> Tensor:
        context = x.mean(-1, keepdim=True) + _mean_per_second(x)
        gate = torch.sigmoid(self.linear2(F.relu(self.linear1(context))))
        return cast(Tensor, self.linear_local(x) * gate)


def _mean_per_second(x: Tensor) -> Tensor:
    means = F.avg_pool1d(x, _CONTEXT_FRAMES, _CONTEXT_FRAMES, ceil_mode=True)
    return means.repeat_interleave(_CONTEXT_FRAMES, dim=-1)[..., : x.shape[-1]]


class _DenseLayer(nn.Module):
    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.nonlinear1 = _normalise(channels)
        self.linear1 = nn.Conv1d(channels, _BOTTLENECK, 1, bias=False)
        self.nonlinear2 = _normalise(_BOTTLENECK)
        self.cam_layer = _ContextMask(dilation)

    def forward(self, x: Tensor) -> Tensor:
        y = self.cam_layer(self.nonlinear2(self.linear1(self.nonlinear1(x))))
        return torch.cat([x, y], dim=1)


class _Linear(nn.Module):
    """A linear map over channels, normalised before (`transit`) or after it (`tdnn`)."""

    def __init__(self, channels: int, out: int, *, first: bool) -> None:
        super().__init__()
        self.first = first
        if first:
            self.linear = nn.Conv1d(channels, out, 5, stride=2, padding=2, bias=False)
            self.nonlinear = _normalise(out)
        else:
            self.nonlinear = _normalise(channels)
            self.linear = nn.Conv1d(channels, out, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        if self.first:
            return cast(Tensor, self.nonlinear(self.linear(x)))
        return cast(Tensor, self.linear(self.nonlinear(x)))


class _Dense(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(channels, DIMENSION, 1, bias=False)
        self.nonlinear = nn.Sequential(
            OrderedDict(batchnorm=nn.BatchNorm1d(DIMENSION, affine=False))
        )

    def forward(self, x: Tensor) -> Tensor:
        return cast(Tensor, self.nonlinear(self.linear(x.unsqueeze(-1)).squeeze(-1)))


def _normalise(channels: int) -> nn.Sequential:
    return nn.Sequential(OrderedDict(batchnorm=nn.BatchNorm1d(channels), relu=nn.ReLU()))


def _layers(channels: int) -> nn.Sequential:
    parts: list[tuple[str, nn.Module]] = [("tdnn", _Linear(channels, 128, first=True))]
    channels = 128
    for number, (layers, dilation) in enumerate(_BLOCKS, start=1):
        block = nn.Sequential()
        for i in range(layers):
            block.add_module(f"tdnnd{i + 1}", _DenseLayer(channels + i * _GROWTH, dilation))
        parts.append((f"block{number}", block))
        channels += layers * _GROWTH
        parts.append((f"transit{number}", _Linear(channels, channels // 2, first=False)))
        channels //= 2
    parts += [("out_nonlinear", _normalise(channels)), ("dense", _Dense(2 * channels))]
    return nn.Sequential(OrderedDict(parts))


# Convolutions, and the normalisation after each.
_NORMALISED: dict[type[nn.Module], tuple[tuple[str, str], ...]] = {
    _ConvolutionHead: (("conv1", "bn1"), ("conv2", "bn2")),
    _Residual: (("conv1", "bn1"), ("conv2", "bn2")),
    _DenseLayer: (("linear1", "nonlinear2.batchnorm"),),
}


def _fold(network: nn.Module) -> None:
    """Make one layer of each convolution and its normalisation, which only training needs apart."""
    for module in [*network.modules()]:
        for convolution, norm in _NORMALISED.get(type(module), ()):
            apart = cast(nn.Conv1d, module.get_submodule(convolution))
            after = cast(nn.BatchNorm1d, module.get_submodule(norm))
            module.set_submodule(convolution, fuse_conv_bn_eval(apart, after))
            module.set_submodule(norm, nn.Identity())
