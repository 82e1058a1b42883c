"""Fitting the network: batches of sentences, varied as a recogniser varies them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from acts.examples import Example
from acts.network import Network
from acts.recogniser_noise import recognise
from coach_models.annotation.encoding import Batch, encode

# Labels are rare: what is there counts more than what is not; calibration undoes the shift.
_RARE = 3.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train; rates are AdamW's peak learning rates."""

    epochs: int = 2
    batch: int = 32
    encoder_rate: float = 1.5e-4
    head_rate: float = 1e-3
    warmup: float = 0.1
    own_repeats: int = 2
    frozen_layers: int = 2
    threads: int = 1
    seed: int = 20


def fit(
    network: Network,
    tokenizer: Tokenizer,
    examples: Sequence[Example],
    plan: Plan,
    say: Callable[[str], None],
) -> None:
    """Train in place.

    Parameters
    ----------
    network : is changed.
    tokenizer : of the network.
    examples : to learn from.
    plan : epochs, batch and learning rates.
    say : prints a line for the user.
    """
    torch.manual_seed(plan.seed)
    draw = random.Random(plan.seed)
    torch.set_num_threads(plan.threads)
    groups = [_epoch(examples, plan, draw) for _ in range(plan.epochs)]
    steps = sum(len(group) for group in groups)
    optimiser, schedule = _optimiser(network, plan, steps)
    network.train()
    began, done = time.monotonic(), 0
    for group in groups:
        for chosen in group:
            with torch.autocast("cpu", torch.bfloat16):
                loss = _label_loss(network, chosen, tokenizer)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            done += 1
            if done % 50 == 0:
                say(f"step {done}/{steps} loss {loss.item():.3f} {time.monotonic() - began:.0f} s")
    network.eval()


def _epoch(examples: Sequence[Example], plan: Plan, draw: random.Random) -> list[list[Example]]:
    """Batches of similar length (cheap to pad), in random order; our own sentences repeat."""
    pool = [
        recognise(example, draw)
        for example in examples
        for _ in range(plan.own_repeats if example.source == "mentoring" else 1)
    ]
    draw.shuffle(pool)
    chunk = plan.batch * 40
    ordered = [
        each
        for at in range(0, len(pool), chunk)
        for each in sorted(pool[at : at + chunk], key=lambda e: len(e.in_context))
    ]
    batches = [ordered[at : at + plan.batch] for at in range(0, len(ordered), plan.batch)]
    draw.shuffle(batches)
    return batches


def _optimiser(
    network: Network, plan: Plan, steps: int
) -> tuple[torch.optim.AdamW, torch.optim.lr_scheduler.LambdaLR]:
    heads, encoder = [], []
    frozen = ("words.", "positions.", *(f"layers.{i}." for i in range(plan.frozen_layers)))
    for name, parameter in network.named_parameters():
        if name.startswith(frozen):
            parameter.requires_grad_(False)
        elif name.split(".")[0] in ("acts", "kinds", "listening"):
            heads.append(parameter)
        else:
            encoder.append(parameter)
    optimiser = torch.optim.AdamW(
        [{"params": encoder, "lr": plan.encoder_rate}, {"params": heads, "lr": plan.head_rate}],
        weight_decay=0.01,
    )
    warm = max(1, int(plan.warmup * steps))

    def share(step: int) -> float:
        return min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))

    return optimiser, torch.optim.lr_scheduler.LambdaLR(optimiser, share)


def _label_loss(network: Network, chosen: Sequence[Example], tokenizer: Tokenizer) -> Tensor:
    batch = encode([e.in_context for e in chosen], tokenizer)
    acts, kinds, listening = network(*tensors(batch))
    wanted = torch.tensor([e.act for e in chosen])
    loss = functional.cross_entropy(acts.float(), wanted, label_smoothing=0.03)
    loss = loss + 6.0 * _mask(kinds, np.stack([e.kinds for e in chosen]))
    return loss + 8.0 * _mask(listening, np.stack([e.listening for e in chosen]))


def _mask(logits: Tensor, labels: np.ndarray) -> Tensor:
    """Binary cross-entropy where the label is known."""
    wanted = torch.from_numpy(labels)
    known = ~wanted.isnan()
    losses = functional.binary_cross_entropy_with_logits(
        logits.float(), wanted.nan_to_num(), reduction="none", pos_weight=torch.tensor(_RARE)
    )
    return (losses * known).sum() / known.sum().clamp(min=1)


def tensors(batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """The network's inputs."""
    return tuple(torch.from_numpy(part) for part in (batch.ids, batch.segments, batch.mask))  # type: ignore[return-value]
