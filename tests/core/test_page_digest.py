"""The digest of an hour: its essence on a few screens, everything else one step away."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hour import hour

from coach.conversation import Acts, Conversation, Ruling
from coach.page.chapters import chapters
from coach.page.html import Selection, Site, render, render_page, render_part
from coach.page.labels import certainty
from coach.page.transcript_lines import Line
from coach.page.view import Page
from coach.scorecard import score
from coach.talk import talk, with_acts

SITE = Site("/sessions/1", may_correct=True)
COMPRESSED, NODES = 150_000, 2_500


@pytest.fixture(scope="module")
def long() -> Conversation:
    return hour(90)


@pytest.fixture(scope="module")
def view(long: Conversation) -> Page:
    return Page(score(long), long, "/sessions/1")


def test_the_built_in_hour_is_the_same_each_time_and_as_dense_as_a_real_one() -> None:
    conv = hour()
    assert conv == hour()
    minutes = conv.recording.duration / 60
    assert 60 <= minutes < 65
    assert 120 < len(conv.words) / minutes < 180
    assert conv.mentor is not None
    assert len({sentence.text for sentence in conv.sentences}) > 200


def test_the_first_view_of_ninety_minutes_is_small(view: Page) -> None:
    page = render_page(view, SITE)
    assert len(gzip.compress(page.encode(), 5)) < COMPRESSED
    assert len(re.findall(r"<[a-z]", page)) < NODES


def test_everything_else_is_loaded_when_it_is_asked_for(view: Page) -> None:
    page = render_page(view, SITE)
    for part in ("review", "measures", "method", "changes"):
        assert f'data-src="/sessions/1/{part}?bare=1"' in page
        assert f'href="/sessions/1/{part}"' in page, "without a script it is a link"
    assert 'class="transcript"' not in page


def test_on_one_page_every_part_is_there_and_folded(view: Page) -> None:
    page = render(view.card, view.conv)
    assert 'class="transcript"' in page
    assert "<details" in page
    assert not re.search(r'<details class="part"[^>]* open', page)


def test_the_digest_has_its_five_measures_and_its_five_moments(view: Page) -> None:
    assert [headline.name for headline in view.headlines] == [
        "talk_share", "open_ratio", "reflection_to_question", "interruptions", "longest_monologue",
    ]  # fmt: skip
    assert len({each.what for each in view.highlights}) == len(view.highlights) == 5
    starts = [each.span.start for each in view.highlights]
    assert starts == sorted(starts)
    assert starts[-1] - starts[0] > 0.5 * view.card.recording.duration, "they are spread"


def test_that_no_norm_exists_is_said_once(view: Page) -> None:
    assert render(view.card, view.conv).count("No norm exists") == 1


@pytest.mark.parametrize("name", ["talk_share", "open_ratio", "interruptions"])
def test_every_number_opens_how_it_was_made_and_its_moments(view: Page, name: str) -> None:
    found = view.evidence_of(name)
    assert found is not None
    assert found.description
    own = found.cells[0]
    assert own.parts and own.moments
    assert own.count >= len(own.moments)
    page = render_page(view, SITE)
    assert f'data-src="/sessions/1/evidence/{name}?bare=1"' in page


def test_the_longest_monologue_has_its_place_in_the_sound(view: Page) -> None:
    found = view.evidence_of("longest_monologue")
    assert found is not None
    for cell in found.cells:
        (moment,) = cell.moments
        longest = max(
            (t for t in view.card.turns if cell.voice and t.speaker == cell.voice.id),
            key=lambda turn: turn.span.duration,
        )
        assert moment.overlaps(longest.span)


def test_an_interval_is_said_in_words(view: Page) -> None:
    found = view.evidence_of("open_ratio")
    assert found is not None
    assert re.match(r"Most likely between \d+% and \d+%:", found.cells[0].certainty)
    assert "A line through a dot shows where the number most likely lies" in render_page(view, SITE)


def test_how_sure_a_label_is_is_said_in_words_and_only_where_it_is_not() -> None:
    assert [certainty(p) for p in (0.99, 0.8, 0.6, None)] == ["sure", "fairly sure", "unsure", ""]
    asked = {0: Acts("open_question", 0.6), 1: Acts("open_question", 0.99)}
    conv = with_acts(talk("A 0-3 How was it?", "A 9-12 Why?", "B 13-60 So."), asked)
    page = render_part("review", Page(score(conv), conv, "/s"), Site("/s"))
    assert page.count("· unsure") == 1
    assert "% sure" not in page


def test_chapters_cover_a_long_conversation_and_are_named_by_its_words(long: Conversation) -> None:
    found = chapters(long)
    assert 3 <= len(found) <= 8
    assert found[0].span.start == 0
    assert found[-1].span.end == long.recording.duration
    assert all(one.span.end == other.span.start for one, other in pairwise(found))
    said = " ".join(sentence.text for sentence in long.sentences)
    assert all(word in said for chapter in found for word in chapter.title.split(", "))
    assert chapters(None) == chapters(replace(long, sentences=())) == ()


def test_speaker_kind_and_words_select_together(view: Page) -> None:
    selection = Selection("nervous", frozenset("B"), frozenset({"passed"}))
    assert list(selection.select(view.review)) == []
    found = list(Selection("lonely", frozenset("B"), frozenset({"passed"})).select(view.review))
    assert found
    for line in found:
        assert isinstance(line, Line)
        assert line.speaker == "B" and "passed" in line.marks
    assert len(list(Selection().select(view.review))) == len(view.review)


def test_an_overlap_that_the_reader_judged_stays_in_the_list(view: Page) -> None:
    assert view.conv is not None
    first = next(o for o in view.card.overlaps if o.kind == "interruption")
    ruled = replace(view.conv, rulings=(Ruling(first.span, "terminal"),))
    (event,) = [e for e in Page(score(ruled), ruled).events if e.span == first.span]
    assert event.is_ruled
    assert event.label.text == "ordinary turn-taking"
    assert event.label.more == ("your judgement",)


def test_a_balance_of_hardly_more_than_one_window_is_not_drawn() -> None:
    short = talk("A 0-60 So", "B 61-220 Well", duration=222.0)
    assert Page(score(short), short).balance == ""
    longer = talk("A 0-160 So", "B 161-620 Well", duration=622.0)
    assert Page(score(longer), longer).balance != ""


def test_a_line_keeps_its_place_when_others_change() -> None:
    conv = talk(*(f"{'AB'[i % 2]} {5 * i}-{5 * i + 4} It was number {i}." for i in range(20)))
    line = Page(score(conv), conv).lines[9]
    fewer = replace(conv, sentences=conv.sentences[3:])
    assert line.id in {each.id for each in Page(score(fewer), fewer).lines}
