"""The scorecard as one page: for a browser, a notebook, a printer, a phone.

The page loads no script, style, font or picture. Its scripts and its stylesheet are files, which
are embedded in the page or, for a server with a stricter policy, linked.
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
    address : of the session; the addresses of its parts begin with it.
    styles, scripts : addresses of stylesheets and of modules.
    top : markup above the page.
    csrf : the token that a script sends with a correction; "" if nobody is signed in.
    may_correct : whether the reader may correct what was heard.
    practice : markup above the feedback about what the reader practises.
    offer : markup below the thing to try, with what the reader can do about it.
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
class Selection:
    """The part of the transcript to show; empty sets show everything."""

    find: str = field(default="", repr=False)
    speakers: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def select(self, review: Iterable[Line | Event]) -> Iterable[Line | Event]:
        """Yield the lines and events that match words, speaker and kind."""
        wanted = self.find.casefold()
        for each in review:
            who = each.speaker if isinstance(each, Line) else each.overlap.second
            text = " ".join(s.text for s in each.said) if isinstance(each, Line) else each.what
            fits_who = not self.speakers or who in self.speakers
            fits_kind = not self.kinds or self.kinds & {*each.marks}
            if fits_who and fits_kind and wanted in text.casefold():
                yield each


_ALL = Selection()


def render(
    scorecard: Scorecard,
    conversation: Conversation | None = None,
    *,
    audio_src: str | None = None,
    site: Site | None = None,
) -> str:
    """Render the page: the digest, and everything else folded or linked.

    Parameters
    ----------
    scorecard : to show.
    conversation : for the transcript; None leaves the transcript out.
    audio_src : address of the sound, usually a ``data:`` URI; with it every moment can be played.
    site : the site that shows the page; None makes a page that contains its scripts and style.

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
    """Render an existing `Page`; otherwise like `render`.

    Parameters
    ----------
    page : the scorecard, prepared for the templates.
    site : what the service puts around it; None for a page of its own.
    audio_src : address of the sound, or a data URL; None for a page without sound.
    """
    shown = page.review if site is None else ()
    return _render("scorecard.html", page, site, audio_src=audio_src, shown=shown)


def render_part(
    name: PartName,
    page: Page,
    site: Site,
    *,
    selection: Selection = _ALL,
    audio_src: str | None = None,
) -> str:
    """Render one part as a page of its own.

    Parameters
    ----------
    selection : the part of the transcript to show; only for the review.
    audio_src : address of the sound; None for a page without a player.
    """
    shown = tuple(selection.select(page.review)) if name == "review" else ()
    return _render(
        "part.html", page, site, name=name, title=TITLES[name], standing=True, selection=selection,
        shown=shown, audio_src=audio_src,
    )  # fmt: skip


def render_fragment(template: str, page: Page, site: Site, **values: object) -> Markup:
    """Render a piece of the page, to replace it in an open page: ``"digest"``, ``"review"``.

    Parameters
    ----------
    template : name of the template, without its suffix.
    values : further variables of the template.
    """
    return Markup(_render(f"{template}.html", page, site, **values))


def _render(template: str, page: Page, site: Site | None, **values: object) -> str:
    alone = site is None
    common = {
        "name": "", "title": "", "standing": False, "selection": None, "shown": (),
        "audio_src": None, "style": _inline_asset("scorecard.css") if alone else None,
        "scripts": [_inline_asset(script) for script in SCRIPTS] if alone else None,
        "policy": _policy() if alone else None,
    }  # fmt: skip
    return (
        _environment().get_template(template).render(common | {"page": page, "site": site} | values)
    )


def framed(scorecard: Scorecard) -> str:
    """Render the page in a frame, so that its style and a notebook's do not mix."""
    return (
        f'<iframe title="Listening scorecard" srcdoc="{escape(render(scorecard))}" width="100%" '
        f'height="{_FRAME_HEIGHT}" sandbox="allow-scripts" '
        'style="border:0"></iframe>'
    )


def asset(name: AssetName) -> str:
    """The text of the stylesheet or of a script, for a server that links them."""
    return (files("coach.page") / "templates" / name).read_text(encoding="utf-8")


def _inline_asset(name: AssetName) -> Markup:
    return Markup(asset(name))


def _policy() -> str:
    """The content security policy: our own style and scripts by hash, sound from the page."""
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
