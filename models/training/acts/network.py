"""The network: a six-layer MiniLM encoder with three heads, in plain PyTorch.

The encoder is BERT (Devlin et al. 2019) at MiniLM's size (Wang et al. 2020); its parameters keep
the names of the published weights, so that those load as they are.
"""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from coach_models.annotation.encoding import ACTS, KINDS, LISTENING

HIDDEN, LAYERS, HEADS, INNER, VOCABULARY, POSITIONS = 384, 6, 12, 1536, 30522, 512
EPSILON = 1e-12


class Layer(nn.Module):
    """Self-attention and a feed-forward part, each with a residual and a norm."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query = nn.Linear(HIDDEN, HIDDEN)
        self.key = nn.Linear(HIDDEN, HIDDEN)
        self.value = nn.Linear(HIDDEN, HIDDEN)
        self.out = nn.Linear(HIDDEN, HIDDEN)
        self.out_norm = nn.LayerNorm(HIDDEN, EPSILON)
        self.inner = nn.Linear(HIDDEN, INNER)
        self.outer = nn.Linear(INNER, HIDDEN)
        self.outer_norm = nn.LayerNorm(HIDDEN, EPSILON)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Map [shape=(batch, tokens, hidden)] to the same shape.

        Parameters
        ----------
        x : [shape=(batch, tokens, hidden)].
        bias : of the attention; very low where a token is padding.
        """
        query, key, value = (self._heads(part(x)) for part in (self.query, self.key, self.value))
        scores = query @ key.transpose(-1, -2) / (HIDDEN // HEADS) ** 0.5 + bias
        joined = (scores.softmax(-1).to(value.dtype) @ value).transpose(1, 2).flatten(2)
        x = self.out_norm(x + self.dropout(self.out(joined)))
        return self.outer_norm(x + self.dropout(self.outer(functional.gelu(self.inner(x)))))

    @staticmethod
    def _heads(x: Tensor) -> Tensor:
        return x.unflatten(-1, (HEADS, HIDDEN // HEADS)).transpose(1, 2)


class Network(nn.Module):
    """Encoder and heads: the act, its kinds and the listening acts."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, HIDDEN)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.segments = nn.Embedding(2, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, EPSILON)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.dropout = nn.Dropout(dropout)
        self.acts = nn.Linear(2 * HIDDEN, len(ACTS))
        self.kinds = nn.Linear(2 * HIDDEN, len(KINDS))
        self.listening = nn.Linear(2 * HIDDEN, len(LISTENING))

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give logits of acts, kinds and listening [each: shape=(batch, labels)].

        Parameters
        ----------
        ids, segments : of the tokens [shape=(batch, tokens)].
        mask : 1 for tokens, 0 for padding [shape=(batch, tokens)].
        """
        tokens = self.encode(ids, segments, mask)
        own = (segments * mask).unsqueeze(-1).to(tokens.dtype)
        mean = (tokens * own).sum(1) / own.sum(1).clamp(min=1.0)
        pooled = self.dropout(torch.cat((tokens[:, 0], mean), -1))
        return self.acts(pooled), self.kinds(pooled), self.listening(pooled)

    def encode(self, ids: Tensor, segments: Tensor, mask: Tensor) -> Tensor:
        """Contextual vectors of the tokens.

        Parameters
        ----------
        ids, segments : of the tokens [shape=(batch, tokens)].
        mask : 1 for tokens, 0 for padding [shape=(batch, tokens)].
        """
        places = torch.arange(ids.shape[1], device=ids.device)
        x = self.words(ids) + self.positions(places) + self.segments(segments)
        x = self.dropout(self.norm(x))
        bias = ((1 - mask)[:, None, None, :]).to(x.dtype) * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        return x

    def load_encoder(self, weights: Path) -> None:
        """Take the published sentence encoder's parameters (safetensors)."""
        published = load_file(weights)
        own = {
            name: published[_published_name(name)]
            for name in self.state_dict()
            if _is_encoder(name)
        }
        self.load_state_dict(own, strict=False)


_PLACES = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "out": "attention.output.dense",
    "out_norm": "attention.output.LayerNorm",
    "inner": "intermediate.dense",
    "outer": "output.dense",
    "outer_norm": "output.LayerNorm",
}
_EMBEDDINGS = {
    "words": "word_embeddings",
    "positions": "position_embeddings",
    "segments": "token_type_embeddings",
    "norm": "LayerNorm",
}


def _is_encoder(name: str) -> bool:
    return name.split(".")[0] in {*_EMBEDDINGS, "layers"}


def _published_name(name: str) -> str:
    if not name.startswith("layers."):
        part, kind = name.split(".")
        return f"embeddings.{_EMBEDDINGS[part]}.{kind}"
    _, number, part, kind = name.split(".")
    return f"encoder.layer.{number}.{_PLACES[part]}.{kind}"
