"""Speakers and sounds in the text of a line, as programs and people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.conversation import Conversation
from coach.interchange.nonspeech import strip_nonspeech
from coach.interchange.segments import NO_SPEAKERS_NOTE
from coach.interchange.transcript import read_transcript


def clock(seconds: int) -> str:
    return f"00:{seconds // 60:02}:{seconds % 60:02}"


def srt(*texts: str) -> str:
    return "\n".join(
        f"{n}\n{clock(3 * n)},000 --> {clock(3 * n + 2)},500\n{text}\n"
        for n, text in enumerate(texts, 1)
    )


def vtt(*texts: str) -> str:
    return "WEBVTT\n\n" + "\n".join(
        f"{clock(3 * n)}.000 --> {clock(3 * n + 2)}.500\n{text}\n"
        for n, text in enumerate(texts, 1)
    )


def taken(folder: Path, text: str) -> Conversation:
    path = folder / ("t.vtt" if text.startswith("WEBVTT") else "t.srt")
    path.write_text(text, encoding="utf-8")
    return read_transcript(path)


def said(conv: Conversation) -> dict[str, str]:
    names = {s.id: s.name or s.id for s in conv.speakers}
    return {names[s]: " ".join(w.text for w in conv.words_of(s)) for s in names}


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["[Speaker 1] Where to?", "[Speaker 2] Home.", "[Speaker 1] Now?"], "Speaker 1|Speaker 2"),
        (["[speaker 0]\nWhere to?", "[speaker 1]\nHome.", "[speaker 0]\nNow?"],
         "speaker 0|speaker 1"),
        (["(speaker 0) Where to?", "(speaker 1) Home.", "(speaker 0) Now?"], "speaker 0|speaker 1"),
        (["- [Instructor] Where to?", "- [Student] Home.", "- [Instructor] Now?"],
         "Instructor|Student"),
        (["(Cleo Ames)\nWhere to?", "(Dag Orr)\nHome.", "(Cleo Ames)\nNow?"],
         "Cleo Ames|Dag Orr"),
        (["[SPEAKER_00]: Where to?", "[SPEAKER_01]: Home.", "[SPEAKER_00]: Now?"],
         "SPEAKER_00|SPEAKER_01"),
        (["+44 20 7946 0000: Where to?", "Dag: Home.", "+44 20 7946 0000: Now?"],
         "+44 20 7946 0000|Dag"),
        (["(555) 010-9999: Where to?", "Dag: Home.", "(555) 010-9999: Now?"],
         "(555) 010-9999|Dag"),
        (["Cleo Ames, Ph.D.: Where to?", "Dag: Home.", "Cleo Ames, Ph.D.: Now?"],
         "Cleo Ames, Ph.D.|Dag"),
        (["Dipl.-Ing. Ames: Where to?", "Dag: Home.", "Dipl.-Ing. Ames: Now?"],
         "Dipl.-Ing. Ames|Dag"),
        (["🌱 Cleo: Where to?", "Dag 🚲: Home.", "🌱 Cleo: Now?"], "🌱 Cleo|Dag 🚲"),
        (["cleo.ames@mail.example: Where to?", "Dag: Home.", "cleo.ames@mail.example: Now?"],
         "cleo.ames@mail.example|Dag"),
        (["Cleo (she/her): Where to?", "Dag: Home.", "Cleo (she/her): Now?"],
         "Cleo (she/her)|Dag"),
        (["(Guest) Cleo: Where to?", "Dag: Home.", "(Guest) Cleo: Now?"], "(Guest) Cleo|Dag"),
        (["Cleo! Ames: Where to?", "Dag: Home.", "Cleo! Ames: Now?"], "Cleo! Ames|Dag"),
        (["Cleo - Mag. Ames & Co.: Where to?", "Dag: Home.", "Cleo - Mag. Ames & Co.: Now?"],
         "Cleo - Mag. Ames & Co.|Dag"),
        (["**Cleo:** Where to?", "**Dag:** Home.", "**Cleo:** Now?"], "Cleo|Dag"),
        (["Cleo [00:00:03]: Where to?", "Dag [00:00:06]: Home.", "Cleo [00:00:09]: Now?"],
         "Cleo|Dag"),
        ([">> Cleo: Where to?", ">> Dag: Home.", ">> Cleo: Now?"], "Cleo|Dag"),
        (["王\uff1aWhere to?", "李\uff1aHome.", "王\uff1aNow?"], "王|李"),
    ],
)  # fmt: skip
def test_a_label_is_a_speaker_and_no_word(tmp_path: Path, lines: list[str], names: str) -> None:
    for text in (srt(*lines), vtt(*lines)):
        conv = taken(tmp_path, text)
        assert list(said(conv).items()) == [
            (name, words)
            for name, words in zip(names.split("|"), ["Where to? Now?", "Home."], strict=True)
        ]


def test_a_sound_in_brackets_is_no_speaker(tmp_path: Path) -> None:
    lines = ["[Door closes]", "Cleo: Where to?", "[Door closes]", "Dag: Home.", "[Music]"]
    assert said(taken(tmp_path, srt(*lines))) == {"Cleo": "Where to?", "Dag": "Home."}


def test_the_names_of_cues_may_be_speakers(tmp_path: Path) -> None:
    text = (
        'WEBVTT\n\n1 "Cleo Ames" (4400112233)\n00:01.000 --> 00:02.000\nWhere to?\n\n'
        '2 "Dag Orr" (5500112233)\n00:03.000 --> 00:04.000\nHome.\n\n'
        '3 "Cleo Ames" (4400112233)\n00:05.000 --> 00:06.000\nNow?\n'
    )
    assert said(taken(tmp_path, text)) == {"Cleo Ames": "Where to? Now?", "Dag Orr": "Home."}


def test_two_people_in_one_caption(tmp_path: Path) -> None:
    lines = ["(Cleo Ames)\nWhere do you\n-\n \n(Dag Orr)\nHome of course", "(Cleo Ames)\nNow?"]
    found = said(taken(tmp_path, vtt(*lines)))
    assert found == {"Cleo Ames": "Where do you Now?", "Dag Orr": "Home of course"}


def test_what_another_says_meanwhile_stands_between_slashes(tmp_path: Path) -> None:
    lines = [
        "(3 seconds pause)",
        "<v S00>Where to? //S01: Hm. // You look cold.",
        "<v //S01>Home, I think.//",
    ]
    found = said(taken(tmp_path, vtt(*lines)))
    assert found == {"S00": "Where to? You look cold.", "S01": "Hm. Home, I think."}


def test_a_voice_that_is_a_dash_names_nobody(tmp_path: Path) -> None:
    conv = taken(tmp_path, vtt("<v ->Where to?</v>", "Home,", "<v ->Now?</v>"))
    assert said(conv) == {"A": "Where to? Home, Now?"}
    assert NO_SPEAKERS_NOTE in conv.notes


def test_a_colon_in_the_second_line_of_a_sentence_is_no_name(tmp_path: Path) -> None:
    lines = [
        "Cleo: She only wants\none answer: yes.",
        "Dag: Oh.",
        "Cleo: Then I said\nit to her: no.",
    ]
    assert said(taken(tmp_path, srt(*lines))) == {
        "Cleo": "She only wants one answer: yes. Then I said it to her: no.",
        "Dag": "Oh.",
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("So (12 seconds pause) where [laughs] to?", "So where to?"),
        ("[inaudible 00:01:12] the train", "the train"),
        ("I (uh) know (..) that, (1.5) yes *sighs*", "I (uh) know that, yes"),
        ("♪ la la ♪", ""),
        ("xxx at home", "at home"),
        ("Das war (unv.) schön (lacht)", "Das war schön"),
        ("Ça va ?", "Ça va?"),
        ("We - well - went 🙂", "We well went"),
        ("[NAME] went to [PLACE]", "[NAME] went to [PLACE]"),
        ("Tom & Ada paid 5 €", "Tom & Ada paid 5 €"),
    ],
)
def test_what_is_no_word_is_left_out(text: str, words: str) -> None:
    assert strip_nonspeech(text)[0] == words


def test_music_is_no_speech_but_an_unclear_answer_is(tmp_path: Path) -> None:
    conv = taken(tmp_path, srt("Cleo: Where to?", "Dag: (inaudible)", "[Music]", "Cleo: Now?"))
    assert [(s.speaker, s.span.start) for s in conv.speech] == [("A", 3.0), ("B", 6.0), ("A", 12.0)]
    assert said(conv)["Dag"] == ""


ROLLING = """WEBVTT
Kind: captions
Language: en

00:00:01.000 --> 00:00:03.000 align:start position:0%
 
so<00:00:01.500><c> where</c><00:00:02.000><c> are</c>

00:00:03.000 --> 00:00:03.010 align:start position:0%
so where are
 

00:00:03.010 --> 00:00:05.000 align:start position:0%
so where are
you<00:00:03.500><c> going</c>

00:00:05.000 --> 00:00:05.010 align:start position:0%
you going
 

00:00:05.010 --> 00:00:07.000 align:start position:0%
you going
this<00:00:05.500><c> evening</c>
"""


def test_captions_that_roll_say_their_words_once(tmp_path: Path) -> None:
    conv = taken(tmp_path, ROLLING)
    assert said(conv) == {"A": "so where are you going this evening"}
    assert (conv.speech[0].span.start, conv.language) == (1.0, "en")


def test_captions_that_mark_each_word_in_turn_say_them_once(tmp_path: Path) -> None:
    words = ["so", "where", "to"]
    marked = [" ".join(f"<u>{w}</u>" if w == m else w for w in words) for m in words]
    text = "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n + 1},000\n{line}\n\n" for n, line in enumerate(marked)
    )
    conv = taken(tmp_path, text)
    assert said(conv) == {"A": "so where to"}
    assert [(s.span.start, s.span.end) for s in conv.speech] == [(0, 3)]


def test_captions_that_grow_say_their_words_once(tmp_path: Path) -> None:
    grown = ["Cleo: so", "Cleo: so where", "Cleo: so where to", "Dag: home"]
    text = "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n + 1},000\n{line}\n\n" for n, line in enumerate(grown)
    )
    assert said(taken(tmp_path, text)) == {"Cleo": "so where to", "Dag": "home"}


def test_who_says_a_thing_twice_says_it_twice(tmp_path: Path) -> None:
    lines = ["Cleo: Where to?", "Dag: Home.", "Dag: Home.", "Cleo: Now?", "Dag: Yes."]
    assert said(taken(tmp_path, srt(*lines)))["Dag"] == "Home. Home. Yes."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("WEBVTT\nLanguage: de-AT\n\n00:01.000 --> 00:02.000\nA: Ja.\n", "de"),
        (srt("A: Wo warst du gestern?", "B: Ich war mit dem Hund im Wald."), "de"),
        (srt("A: Where were you last week?", "B: I was at home with the dog."), "en"),
        (srt("A: 你昨天去了哪里?", "B: 我在家里。"), "zh"),
        (srt("A: Yes.", "B: No."), None),
    ],
)
def test_the_language_is_named_or_told_by_the_words(
    tmp_path: Path, text: str, language: str | None
) -> None:
    assert taken(tmp_path, text).language == language


@pytest.mark.parametrize(
    "piece", ["<a", "<v ", "[", " ", "((", "//a:", "♪", "*", "1 --> ", "\n\n", "a: ", "9:", "{\\"]
)
@pytest.mark.parametrize("suffix", ["srt", "vtt"])
def test_hostile_lines_are_read_in_no_time(tmp_path: Path, piece: str, suffix: str) -> None:
    """Quadratic work on 40 kB takes minutes, so that the test would not end."""
    long = piece * (40_000 // len(piece))
    body = f"00:01.000 --> 00:02.000\nCleo: hi {long}\n\n00:03.000 --> 00:04.000\nDag: yes\n"
    path = tmp_path / f"t.{suffix}"
    path.write_text(("WEBVTT\n\n" if suffix == "vtt" else "1\n") + body + long, encoding="utf-8")
    assert read_transcript(path).speech
