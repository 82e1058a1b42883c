"""Fitting: batches of sentences for the three label heads, batches of turns for the ends."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from acts.examples import Example, Stretch
from acts.network import Network
from acts.recognised import heard
from coach_models.annotation.encoding import (
    STRETCH_WORDS,
    Batch,
    Heard,
    bare,
    encode,
    encode_words,
)

# Labels are rare: what is there counts more than what is not; calibration undoes the shift.
_RARE = 3.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train; rates are AdamW's peak learning rates."""

    epochs: int = 3
    batch: int = 32
    encoder_rate: float = 1.2e-4
    head_rate: float = 1e-3
    warmup: float = 0.1
    own_repeats: int = 5
    frozen_layers: int = 2
    ends_every: int = 5
    threads: int = 1
    seed: int = 20


def fit(
    network: Network,
    tokenizer: Tokenizer,
    data: tuple[Sequence[Example], Sequence[Stretch]],
    plan: Plan,
    say: Callable[[str], None],
) -> None:
    """Train in place."""
    torch.manual_seed(plan.seed)
    draw = random.Random(plan.seed)
    torch.set_num_threads(plan.threads)
    examples, turns = data
    groups = [_epoch(examples, plan, draw) for _ in range(plan.epochs)]
    steps = sum(len(group) for group in groups)
    optimiser, schedule = _optimiser(network, plan, steps)
    ends = _ends(turns, plan, draw, tokenizer)
    network.train()
    began, done = time.monotonic(), 0
    for group in groups:
        for chosen in group:
            with torch.autocast("cpu", torch.bfloat16):
                loss = _label_loss(network, chosen, tokenizer)
                if done % plan.ends_every == 0:
                    loss = loss + _ends_loss(network, *next(ends))
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
        heard(example, draw)
        for example in examples
        for _ in range(plan.own_repeats if example.source == "mentoring" else 1)
    ]
    draw.shuffle(pool)
    chunk = plan.batch * 40
    ordered = [
        each
        for at in range(0, len(pool), chunk)
        for each in sorted(pool[at : at + chunk], key=lambda e: len(e.text) + len(e.before))
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
        elif name.split(".")[0] in ("acts", "kinds", "listening", "ends"):
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
    batch = encode([Heard(e.text, e.before) for e in chosen], tokenizer)
    acts, kinds, listening, _ = network(*tensors(batch))
    wanted = torch.tensor([e.act for e in chosen])
    loss = functional.cross_entropy(acts.float(), wanted, label_smoothing=0.03)
    loss = loss + 6.0 * _masked(kinds, np.stack([e.kinds for e in chosen]))
    return loss + 8.0 * _masked(listening, np.stack([e.listening for e in chosen]))


def _masked(logits: Tensor, labels: np.ndarray) -> Tensor:
    """Binary cross-entropy where the label is known."""
    wanted = torch.from_numpy(labels)
    known = ~wanted.isnan()
    losses = functional.binary_cross_entropy_with_logits(
        logits.float(), wanted.nan_to_num(), reduction="none", pos_weight=torch.tensor(_RARE)
    )
    return (losses * known).sum() / known.sum().clamp(min=1)


def _ends(
    turns: Sequence[Stretch], plan: Plan, draw: random.Random, tokenizer: Tokenizer
) -> Iterator[tuple[Batch, Tensor]]:
    """Endless batches of unpunctuated turns, with the words that end a sentence."""
    several = [turn for turn in turns if len(turn.sentences) > 1]
    while True:
        chosen = draw.sample(several, plan.batch // 3) + draw.sample(turns, plan.batch // 16)
        pairs = [words_and_ends(turn.sentences) for turn in chosen]
        batch = encode_words([words for words, _ in pairs], tokenizer)
        yield batch, torch.from_numpy(end_targets(batch, [ends for _, ends in pairs]))


def words_and_ends(sentences: Sequence[str]) -> tuple[list[str], list[bool]]:
    """Give the words without marks, and whether each ends a sentence."""
    words: list[str] = []
    ends: list[bool] = []
    for sentence in sentences:
        own = bare(sentence).split()
        words += own
        ends += [False] * (len(own) - 1) + [True] * bool(own)
    return words[:STRETCH_WORDS], ends[:STRETCH_WORDS]


def end_targets(batch: Batch, ends: Sequence[Sequence[bool]]) -> np.ndarray:
    """Put the label on the last token of each word; nan elsewhere and on the stretch's last."""
    targets = np.full(batch.ids.shape, np.nan, np.float32)
    for row, own in enumerate(ends):
        for column in range(batch.ids.shape[1] - 1):
            word = batch.words[row, column]
            if 0 <= word < len(own) - 1 and batch.words[row, column + 1] != word:
                targets[row, column] = own[word]
    return targets


def _ends_loss(network: Network, batch: Batch, targets: Tensor) -> Tensor:
    *_, ends = network(*tensors(batch))
    return 2.0 * _masked(ends, targets.numpy())


def tensors(batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """The network's inputs."""
    return tuple(torch.from_numpy(part) for part in (batch.ids, batch.segments, batch.mask))  # type: ignore[return-value]
