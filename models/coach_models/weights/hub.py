"""Download files from a hub repository, with the hub's own client, for users who have access."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from huggingface_hub import hf_hub_download
from huggingface_hub.errors import GatedRepoError

# The base of what its transport raises; which transport that is depends on the client's version.
from huggingface_hub.errors import HTTPError as TransportError  # type: ignore[attr-defined]
from huggingface_hub.utils import disable_progress_bars  # type: ignore[attr-defined]

from coach_models.weights.manifest import File, Model, Source
from coach_models.weights.sources import Errand, SourceFailed, watch


def fetch(model: Model, source: Source, errand: Errand) -> Callable[[File, Path], None]:
    """Download the files of a model; the function returned puts one of them where it is told.

    The user's token goes to gated repositories only: the errand's, or the one that the hub's
    client finds (``HF_TOKEN``, a login).

    Parameters
    ----------
    model : of the manifest.
    source : a repository of the hub, at a pinned revision.
    errand : folder for downloads, report and token.

    Raises
    ------
    SourceFailed : if the repository cannot be reached or does not let this user in.
    """
    into = errand.downloads / model.name
    disable_progress_bars()  # the client's own: progress has one channel
    token = (errand.token or None) if source.gated else False
    try:
        with watch(into, f"downloading {source.hub}", model.size, errand.report):
            for file in model.files:
                hf_hub_download(
                    str(source.hub),
                    file.path,
                    revision=source.revision,
                    local_dir=into,
                    token=token,
                    endpoint=os.environ.get("HF_ENDPOINT"),
                )
    except GatedRepoError as error:
        raise SourceFailed(
            f"{source.hub}: its owners want your consent. Accept their conditions at "
            f"https://huggingface.co/{source.hub}, then give your own token in HF_TOKEN or with "
            "--token-file"
        ) from error
    except (OSError, TransportError) as error:
        raise SourceFailed(f"{source}: {_first_line(error)}") from error

    def move(file: File, to: Path) -> None:
        os.replace(into / file.path, to)

    return move


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
