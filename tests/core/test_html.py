from __future__ import annotations

import base64
import hashlib
import os
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.analysis.roles import assign_roles
from coach.conversation import Acts, Conversation, Recording, Speaker
from coach.interchange.json import load
from coach.intervals import Span
from coach.measures.balance import Balance
from coach.page.charts import Axis, Dot, balance_graphic, range_graphic
from coach.page.html import SCRIPTS, Site, asset, framed, render, render_part
from coach.page.timeline import marks
from coach.page.transcript_lines import lines
from coach.page.view import Page as View
from coach.scorecard import score
from coach.talk import talk, with_acts

GOLDEN = Path(__file__).parents[1] / "golden"
VOID = {"meta", "link", "input", "br", "img", "hr"}
SOUND = "data:audio/ogg;base64,T2dnUw=="


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""
    parents: tuple[str, ...] = ()


@dataclass
class Page(HTMLParser):
    """The elements of a page; complains about what is not closed properly."""

    elements: list[Element] = field(default_factory=list)
    stack: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"{tag}: an attribute twice"
        parents = tuple(element.tag for element in self.stack)
        element = Element(tag, {name: value or "" for name, value in attrs}, parents=parents)
        self.elements.append(element)
        if tag not in VOID:
            self.stack.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack, f"</{tag}> closes nothing"
        assert self.stack.pop().tag == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        for element in self.stack:
            element.text += data

    def of(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]


def parsed(html: str) -> Page:
    read = Page()
    read.feed(html)
    read.close()
    assert not read.stack, f"never closed: {[element.tag for element in read.stack]}"
    return read


@pytest.fixture(scope="module")
def session() -> Conversation:
    text = (GOLDEN / "session.conversation.json").read_text(encoding="utf-8")
    return load(Conversation, text)


@pytest.fixture(scope="module")
def whole(session: Conversation) -> Page:
    return parsed(render(score(session), session))


def test_the_golden_page_is_what_is_rendered(session: Conversation) -> None:
    path, text = GOLDEN / "session.html", render(score(session), session, site=Site())
    if os.environ.get("COACH_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, "Changed on purpose? make golden"


def test_what_people_say_and_are_called_is_text_and_nothing_else() -> None:
    evil = '<script>alert("1")</script>"\'><img src=x onerror=alert(1)>'
    conv = with_acts(
        talk(f"A 0-3 {evil} how was it?", f"B 2-9 I felt sad {evil}", f"A 10-12 {evil}"),
        {0: Acts("open_question"), 2: Acts(listening=("reflection_simple",))},
    )
    conv = replace(
        conv,
        recording=replace(conv.recording, id=evil, sha256=evil),
        speakers=tuple(replace(s, name=evil) for s in conv.speakers),
        notes=(evil,),
        language="en-" + evil,
        provenance=replace(conv.provenance, version=evil, created_at=evil),
    )
    html = render(score(conv), conv, audio_src='"><script>alert(2)</script>')
    read = parsed(html)
    assert [script.text for script in read.of("script")] == [asset(name) for name in SCRIPTS]
    assert not read.of("img")
    assert not [e for e in read.elements if any(name.startswith("on") for name in e.attributes)]
    assert evil in read.of("title")[0].text
    assert "<script>alert" not in framed(score(conv))


def test_nothing_is_loaded_from_anywhere(session: Conversation) -> None:
    html = render(score(session), session, audio_src=SOUND)
    read = parsed(html)
    links = [
        value
        for element in read.elements
        for name, value in element.attributes.items()
        if name in ("src", "href", "srcset", "data", "action", "poster")
    ]
    assert all(link.startswith(("#", "data:")) for link in links)
    assert not re.search(r"url\(|@import|https?://", html)


def test_the_policy_allows_our_own_script_and_style_by_their_hash(whole: Page) -> None:
    (policy,) = [e.attributes["content"] for e in whole.of("meta")
                 if e.attributes.get("http-equiv") == "Content-Security-Policy"]  # fmt: skip
    assert policy.startswith("default-src 'none'; ")
    assert len(whole.of("script")) == len(SCRIPTS)
    for element in (*whole.of("script"), *whole.of("style")):
        directive = f"{element.tag}-src"
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        (allowed,) = [each for each in policy.split("; ") if each.startswith(directive)]
        assert f"'sha256-{digest}'" in allowed
    assert "unsafe" not in policy


def test_linked_it_has_neither_script_nor_style_of_its_own(session: Conversation) -> None:
    site = Site("/s", styles=("/a.css",), scripts=("/a.js", "/b.js"))
    read = parsed(render(score(session), session, site=site))
    assert [e.attributes.get("src") for e in read.of("script")] == ["/a.js", "/b.js"]
    assert not read.of("style")
    assert not [e.tag for e in read.elements if "style" in e.attributes]
    assert {"rel": "stylesheet", "href": "/a.css"} in [e.attributes for e in read.of("link")]


def test_every_link_leads_somewhere_and_every_id_is_there_once(whole: Page) -> None:
    ids = Counter(e.attributes["id"] for e in whole.elements if "id" in e.attributes)
    assert set(ids.values()) == {1}
    targets = {e.attributes["href"] for e in whole.elements if "href" in e.attributes}
    assert {t.removeprefix("#") for t in targets if t.startswith("#")} <= set(ids)


def test_the_page_can_be_found_one_s_way_in_by_ear(whole: Page) -> None:
    assert whole.of("html")[0].attributes["lang"] == "en"
    levels = [int(e.tag[1]) for e in whole.elements if re.fullmatch(r"h[1-6]", e.tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(whole.of("main")) == 1
    assert all("main" in e.parents for e in whole.of("header")), "a banner beside the site's own"
    labels = {e.attributes["id"] for e in whole.elements if "id" in e.attributes}
    for section in whole.of("section"):
        named = section.attributes.get("aria-labelledby")
        assert named in labels or section.attributes.get("aria-label")
    for drawing in whole.of("svg"):
        role = drawing.attributes.get("role")
        hidden = drawing.attributes.get("aria-hidden") == "true"
        assert hidden or role is None or drawing.attributes["aria-label"]
    for control in whole.of("input"):
        assert "label" in control.parents
    first = next(e for e in whole.elements if "href" in e.attributes and e.tag == "a")
    assert first.attributes == {"class": "skip", "href": "#content"}


def test_every_row_of_the_timeline_says_in_words_what_it_shows(session: Conversation) -> None:
    read = parsed(render(score(session), session))
    drawn = [e.attributes for e in read.of("use") if e.attributes.get("class") == "mark"]
    assert len(drawn) == len(marks(score(session)))
    assert all("data-start" in mark and "data-end" in mark for mark in drawn)
    kinds = Counter(mark["href"].removeprefix("#mark-").split("-")[0] for mark in drawn)
    assert kinds == {
        "open": 4, "closed": 5, "reflection": 2, "feeling": 2, "passed": 1, "interruption": 1,
    }  # fmt: skip
    rows = [e.attributes["aria-label"] for e in read.of("svg")
            if e.attributes.get("class") == "chart row"]  # fmt: skip
    assert len(rows) == 3
    assert rows[0].startswith("0:00 to 1:00: 1 open question, 3 closed questions, 1 reflection")


def test_speech_on_the_timeline_is_a_handful_of_shapes(session: Conversation) -> None:
    row = View(score(session), session).timeline[0]
    assert row.count("<path") <= 7
    assert row.count("M") > 10


def test_closed_questions_in_the_list_have_an_open_form(whole: Page) -> None:
    opened = [e.text for e in whole.of("span") if e.attributes.get("class") == "opened"]
    assert "More open: What happened when you talked to your supervisor?" in opened


def test_with_sound_there_is_a_player(session: Conversation) -> None:
    (audio,) = parsed(render(score(session), session, audio_src=SOUND)).of("audio")
    assert audio.attributes["src"] == SOUND
    assert "controls" in audio.attributes


def test_without_a_conversation_moments_lead_to_the_timeline(session: Conversation) -> None:
    read = parsed(render(score(session)))
    assert "There are no words to read" in read.of("main")[0].text
    moments = [e for e in read.of("a") if e.attributes.get("class") == "moment"]
    assert {e.attributes["href"] for e in moments} == {"#timeline"}


def test_without_a_mentor_both_are_shown_side_by_side() -> None:
    conv = with_acts(
        talk("A 0-60 What is it?", "B 61-90 Why do you ask?", mentor=None),
        {0: Acts("open_question"), 1: Acts("open_question")},
    )
    read = parsed(render(score(conv), conv))
    text = read.of("body")[0].text
    assert "You" not in [e.text for e in read.of("b")]
    assert "not known who the mentor is" in text
    assert len([e for e in read.of("b") if e.attributes.get("class", "").startswith("value")]) == 10


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"words": (), "sentences": ()}, "there are no words"),
        ({"language": "fr"}, "not known to be English"),
        ({"notes": ("It was noisy.",)}, "It was noisy."),
    ],
)
def test_what_cannot_be_measured_is_said(
    session: Conversation, changes: dict[str, object], said: str
) -> None:
    conv = replace(session, **changes)  # type: ignore[arg-type]
    assert said in parsed(render(score(conv), conv)).of("main")[0].text


@pytest.mark.parametrize("duration", [30.0, 700.0, 4000.0, 9000.0])
def test_the_timeline_has_a_handful_of_rows_however_long_it_lasts(duration: float) -> None:
    conv = talk("A 0-20", "B 20-25", duration=duration)
    rows = View(score(conv), conv).timeline
    assert 1 <= len(rows) <= 15


@pytest.mark.parametrize(("hours", "rows"), [(6, 36), (100, 100)])
def test_a_very_long_recording_has_longer_rows(hours: float, rows: int) -> None:
    conv = talk("A 0-20", "B 20-25", duration=hours * 3600)
    assert len(View(score(conv), conv).timeline) == rows


def test_an_unclear_overlap_and_a_correction_are_shown(session: Conversation) -> None:
    card = score(session, corrected=True)
    unclear = tuple(replace(o, kind="unclear") for o in card.overlaps if o.kind == "interruption")
    text = parsed(render(replace(card, overlaps=unclear))).of("body")[0].text
    assert "it cannot be told who had the floor" in text
    assert "corrected by hand" in text


def test_a_time_below_zero_is_explained_where_it_stands() -> None:
    lines = [f"{'AB'[i % 2]} {10 * i}-{10 * i + 11} and then it was so" for i in range(8)]
    conv = talk(*lines)
    found = View(score(conv), conv).evidence_of("response_latency")
    assert found is not None
    for cell in found.cells:
        assert cell.value.startswith("−1")  # noqa: RUF001 - a minus sign
        assert "begun before the other had stopped" in cell.parts


def test_an_attempt_of_the_mentee_is_told_from_the_mentor_s_side() -> None:
    conv = talk("A 0-40 I think that this is it", "B 10-12 But then it", "B 41-60 Well")
    text = parsed(render(score(conv), conv)).of("body")[0].text
    assert "B came in while you were speaking; you went on." in text


def test_one_person_and_nobody_make_a_page_too() -> None:
    for conv in (
        talk("A 0-30 Hello"),
        Conversation(Recording("quiet", 9.0), (Speaker("A"),), ()),
        Conversation(Recording("quiet", 9.0), (Speaker("A", "mentor"), Speaker("B", "mentee")), ()),
        Conversation(Recording("quiet", 9.0), (), ()),
    ):
        parsed(render(score(conv), conv))


def test_the_transcript_is_made_of_words_where_there_are_no_sentences(
    session: Conversation,
) -> None:
    told = lines(replace(session, sentences=()))
    assert told[0].speaker == "A"
    assert told[0].said[0].text.startswith("Good to see you, Tomas. Can you hear me")
    nobody = replace(session.words[0], speaker=None)
    assert lines(replace(session, sentences=(), words=(nobody,))) == ()


def test_only_the_mentor_s_lines_are_said_to_listen() -> None:
    told = talk("A 0-3 So how was it?", "B 3-9 He was angry with me.", "A 9-12 So he was angry.")
    conv = with_acts(told, {i: Acts(listening=("reflection_simple",)) for i in (1, 2)})
    assert [line.marks for line in lines(conv)] == [(), (), ("reflection",)]
    unknown = replace(conv, speakers=tuple(Speaker(each.id) for each in conv.speakers))
    assert [line.marks for line in lines(unknown)] == [(), ("reflection",), ("reflection",)]


def test_a_guessed_mentor_comes_with_the_way_to_name_another() -> None:
    conv = talk("A 0-3 So how was it?", "B 3-9 Hard.")
    guess = assign_roles(conv, "guess")
    assert "coach score conversation.json --mentor B" in render(score(guess), guess)
    assert "coach score" not in render(score(guess), guess, site=Site("/s"))
    assert "coach score" not in render(score(conv), conv)


def test_in_a_site_every_label_and_line_leads_to_where_it_is_put_right(
    session: Conversation,
) -> None:
    view = View(score(session), session, "/s")
    read = parsed(render_part("review", view, Site("/s", may_correct=True)))
    links = [e.attributes for e in read.of("a") if "/fix?" in e.attributes["href"]]
    labels = sum(len(said.labels) for line in view.lines for said in line.said)
    assert len(links) == 2 * len(view.lines) + labels + len(view.events)
    (event,) = view.events
    assert {"data-group": "overlap", "data-value": "interruption"}.items() <= next(
        e for e in links if e["href"] == f"/s/fix?at={event.span.middle:.3f}&speaker="
    ).items()
    assert "/fix" not in render_part("review", view, Site("/s"))


def test_one_voice_alone_is_compared_with_nobody() -> None:
    conv = talk("A 0-30 So here I am.", mentor=None)
    assert "the others have" not in render(score(conv), conv)


def test_backchannels_are_asides_of_the_transcript(session: Conversation) -> None:
    asides = [line for line in lines(session, score(session).backchannels) if line.is_aside]
    assert [line.said[0].text for line in asides] == ["Mm-hm.", "Yeah.", "Mm-hm."]


def test_an_open_band_reaches_to_the_end_of_the_scale() -> None:
    dots = [Dot(1.0, "first", (0.5, 1.5))]
    graphic = range_graphic(Axis(0, 4, str), dots, band=(2.0, None), text="x")
    assert 'class="band" x="50%"' in graphic
    assert 'width="50%"' in graphic
    assert 'class="whisker first"' in graphic
    assert balance_graphic(Balance((), None), "A", 10.0, ("A", "B")) == ""


def colours(css: str, where: str) -> dict[str, str]:
    block = css[css.index(where) :]
    found: dict[str, str] = {}
    for name, value in re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block[: block.index("}")]):
        found.setdefault(name, value)
    return found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * d for d in colour[1:])
    channels = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("where", [":root {", "prefers-color-scheme: dark", "@media print"])
def test_the_palette_can_be_read(where: str) -> None:
    css = asset("scorecard.css")
    palette = colours(css, ":root {") | colours(css, where)
    assert len(palette) > 15
    for text in ("ink", "soft", "first", "second", "third", "fourth"):
        for ground in ("paper", "card", "try"):
            assert contrast(palette[text], palette[ground]) >= 4.5, (text, ground)
    for text, ground in (
        ("ink", "band"), ("ink", "alert-tint"), ("ink", "first-tint"), ("ink", "second-tint"),
    ):  # fmt: skip
        assert contrast(palette[text], palette[ground]) >= 4.5, (text, ground)
    for sign in ("alert", "ink", "focus", "first", "second"):
        assert contrast(palette[sign], palette["card"]) >= 3, sign


@st.composite
def conversations(draw: st.DrawFn) -> Conversation:
    texts = ["So how was it?", "I was worried.", "Mm-hm.", "a < b & 'c'", "Did you go?", ""]
    told, start = [], 0.0
    for _ in range(draw(st.integers(1, 15))):
        start = max(0.0, start + draw(st.floats(-2, 4)))
        end = start + draw(st.floats(0.2, 90))
        who, text = draw(st.sampled_from("AAABBBC")), draw(st.sampled_from(texts))
        told.append(f"{who} {start:.2f}-{end:.2f} {text}")
        start = end
    conv = talk(*told, mentor=draw(st.sampled_from(["A", "B", None])))
    some = st.sampled_from(
        [Acts("open_question", 0.7, ("why",)), Acts("closed_question", kinds=("logistics",)),
         Acts(listening=("reflection_simple", "advice_with_permission")), Acts()]
    )  # fmt: skip
    return with_acts(conv, {i: draw(some) for i in range(len(conv.sentences))})


@settings(max_examples=12)
@given(conversations(), st.booleans(), st.booleans())
def test_any_conversation_renders(conv: Conversation, told: bool, sounds: bool) -> None:
    card = score(conv)
    html = render(card, conv if told else None, audio_src=SOUND if sounds else None)
    read = parsed(html)
    ids = [e.attributes["id"] for e in read.elements if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    assert "None" not in [e.text.strip() for e in read.of("p")]
    spans = [e for e in read.elements if "data-start" in e.attributes]
    assert all(Span(float(e.attributes["data-start"]), float(e.attributes["data-end"]) + 0.01)
               for e in spans)  # fmt: skip
