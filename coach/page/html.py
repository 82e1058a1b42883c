"""The scorecard as one page: for a browser, a notebook, a printer, a phone.

The page needs nothing from anywhere: no script, style, font or picture is loaded. Its script and
its style are files of their own, written into the page or, for a server with a stricter policy,
linked.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from coach.conversation import Conversation
from coach.feedback.wording import clock, percent, seconds
from coach.page.view import page
from coach.scorecard import Scorecard

AssetName = Literal["scorecard.css", "scorecard.js"]

_FRAME_HEIGHT = 720
_NOTHING = Markup("")


@dataclass(frozen=True, slots=True)
class Site:
    """A site that the page is part of; it sets a content security policy of its own.

    Parameters
    ----------
    assets : what the addresses begin with at which it serves `asset`.
    styles : addresses of more stylesheets.
    top : what stands above the page.
    corrections : address of the page on which the reader corrects it; "" where they may not.
    """

    assets: str = ""
    styles: tuple[str, ...] = ()
    top: Markup = _NOTHING
    corrections: str = ""


def render(
    scorecard: Scorecard,
    conversation: Conversation | None = None,
    *,
    audio_src: str | None = None,
    site: Site | None = None,
) -> str:
    """Write the page.

    Parameters
    ----------
    scorecard : what to show.
    conversation : for the transcript; without it the page has none.
    audio_src : where the sound is, mostly a ``data:`` URI; then every moment can be played.
    site : the site that shows it; without one the page stands alone, its script and style within.

    Examples
    --------
    >>> from coach.scorecard import score
    >>> from coach.talk import talk
    >>> conv = talk("A 0-3 So how was it?", "B 3-9 It was <b>hard</b>.")
    >>> html = render(score(conv), conv)
    >>> "It was &lt;b&gt;hard&lt;/b&gt;." in html
    True
    """
    template = _environment().get_template("scorecard.html")
    return template.render(
        page=page(scorecard, conversation),
        audio_src=audio_src,
        recording=scorecard.recording.sha256,
        site=site,
        style=_embedded("scorecard.css") if site is None else None,
        script=_embedded("scorecard.js") if site is None else None,
        policy=_policy() if site is None else None,
    )


def framed(scorecard: Scorecard) -> str:
    """The page in a frame, so that its style and that of a notebook leave each other alone."""
    return (
        f'<iframe title="Listening scorecard" srcdoc="{escape(render(scorecard))}" width="100%" '
        f'height="{_FRAME_HEIGHT}" sandbox="allow-scripts" '
        'style="border:0"></iframe>'
    )


def asset(name: AssetName) -> str:
    """The text of the stylesheet or the script, for a server that links them."""
    return (files("coach.page") / "templates" / name).read_text(encoding="utf-8")


def _embedded(name: AssetName) -> Markup:
    return Markup(asset(name))


def _policy() -> str:
    """Content security policy: our own style and script by their hash, sound from the page."""
    return (
        f"default-src 'none'; style-src {_hash('scorecard.css')}; "
        f"script-src {_hash('scorecard.js')}; img-src data:; media-src data: blob: 'self'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(name: AssetName) -> str:
    digest = hashlib.sha256(asset(name).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("coach.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(clock=clock, percent=percent, seconds=seconds)
    return environment
