"""The scorecard as one page: for a browser, a notebook, a printer, a phone.

The page needs nothing from anywhere: no script, style, font or picture is loaded. Its script and
its style are files of their own, written into the page or, for a server with a stricter policy,
linked.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from coach.conversation import Conversation
from coach.feedback.wording import clock, percent, seconds
from coach.measures.catalogue import NO_NORM
from coach.page.transcript_lines import Line
from coach.page.view import Event, Page
from coach.scorecard import Scorecard

AssetName = Literal["scorecard.css", "play.js", "review.js"]
PartName = Literal["review", "measures", "method"]
SCRIPTS: tuple[AssetName, ...] = ("play.js", "review.js")
TITLES: dict[PartName, str] = {
    "review": "Listen and read", "measures": "All measures", "method": "How this was measured",
}  # fmt: skip

_FRAME_HEIGHT = 720
_NOTHING = Markup("")


@dataclass(frozen=True, slots=True)
class Site:
    """A site that the page is part of; it sets a content security policy of its own.

    Parameters
    ----------
    address : of the session, below which its parts lie.
    styles, scripts : addresses of stylesheets and of modules.
    top : what stands above the page.
    csrf : what a script sends with a correction; "" where nobody is signed in.
    may_correct : whether the reader may put right what was heard.
    practice : what the session says of what the reader practises, above the feedback.
    offer : what the reader may do with the thing to try, below it.
    """

    address: str = ""
    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    top: Markup = _NOTHING
    csrf: str = ""
    may_correct: bool = False
    practice: Markup = _NOTHING
    offer: Markup = _NOTHING


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the transcript to show; empty sets show everything."""

    find: str = field(default="", repr=False)
    speakers: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def shown(self, review: Iterable[Line | Event]) -> Iterable[Line | Event]:
        """What fits: words, speaker and kind together."""
        wanted = self.find.casefold()
        for each in review:
            who = each.speaker if isinstance(each, Line) else each.overlap.second
            text = " ".join(s.text for s in each.said) if isinstance(each, Line) else each.what
            fits_who = not self.speakers or who in self.speakers
            fits_kind = not self.kinds or self.kinds & {*each.marks}
            if fits_who and fits_kind and wanted in text.casefold():
                yield each


_ALL = Asked()


def render(
    scorecard: Scorecard,
    conversation: Conversation | None = None,
    *,
    audio_src: str | None = None,
    site: Site | None = None,
) -> str:
    """Write the page: the digest, and folded or linked everything else.

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
    page = Page(scorecard, conversation, site.address if site else "")
    return render_page(page, site, audio_src=audio_src)


def render_page(page: Page, site: Site | None, *, audio_src: str | None = None) -> str:
    """Write the page of what was worked out before; otherwise as `render`."""
    shown = page.review if site is None else ()
    return _written("scorecard.html", page, site, audio_src=audio_src, shown=shown)


def render_part(
    name: PartName, page: Page, site: Site, *, asked: Asked = _ALL, audio_src: str | None = None
) -> str:
    """Write one part as a page of its own."""
    shown = tuple(asked.shown(page.review)) if name == "review" else ()
    return _written(
        "part.html", page, site, name=name, title=TITLES[name], standing=True, asked=asked,
        shown=shown, audio_src=audio_src,
    )  # fmt: skip


def render_fragment(template: str, page: Page, site: Site, **values: object) -> Markup:
    """Write a piece of the page, to be put into one that is open: ``"digest"``, ``"review"``."""
    return Markup(_written(f"{template}.html", page, site, **values))


def _written(template: str, page: Page, site: Site | None, **values: object) -> str:
    alone = site is None
    common = {
        "name": "", "title": "", "standing": False, "asked": None, "shown": (), "audio_src": None,
        "style": _embedded("scorecard.css") if alone else None,
        "scripts": [_embedded(script) for script in SCRIPTS] if alone else None,
        "policy": _policy() if alone else None,
    }  # fmt: skip
    return (
        _environment().get_template(template).render(common | {"page": page, "site": site} | values)
    )


def framed(scorecard: Scorecard) -> str:
    """The page in a frame, so that its style and that of a notebook leave each other alone."""
    return (
        f'<iframe title="Listening scorecard" srcdoc="{escape(render(scorecard))}" width="100%" '
        f'height="{_FRAME_HEIGHT}" sandbox="allow-scripts" '
        'style="border:0"></iframe>'
    )


def asset(name: AssetName) -> str:
    """The text of the stylesheet or a script, for a server that links them."""
    return (files("coach.page") / "templates" / name).read_text(encoding="utf-8")


def _embedded(name: AssetName) -> Markup:
    return Markup(asset(name))


def _policy() -> str:
    """Content security policy: our own style and script by their hash, sound from the page."""
    scripts = " ".join(_hash(script) for script in SCRIPTS)
    return (
        f"default-src 'none'; style-src {_hash('scorecard.css')}; "
        f"script-src {scripts}; img-src data:; media-src data: blob: 'self'; "
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
    environment.globals.update(no_norm=NO_NORM)
    environment.filters.update(clock=clock, percent=percent, seconds=seconds)
    return environment
