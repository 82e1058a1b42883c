"""Tiers of annotation tools are not people: what each is, is told by its name and type."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from coach.cli.import_annotation import take
from coach.conversation import Conversation
from coach.errors import InputError
from coach.interchange import read
from coach.interchange.transcript import read_transcript

Interval = tuple[float, float, str]


def grid(**tiers: list[Interval]) -> str:
    head = f'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0 9 <exists> {len(tiers)}\n'
    return head + "".join(
        f'"IntervalTier" "{name}" 0 9 {len(rows)}\n'
        + "".join(f'{start} {end} "{text}"\n' for start, end, text in rows)
        for name, rows in tiers.items()
    )


def tier(name: str, rows: list[str], *, start: int = 0, **attributes: str) -> str:
    given = "".join(f' {key}="{value}"' for key, value in attributes.items())
    values = [
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="{name}{n}" TIME_SLOT_REF1="t{start + n}"'
        f' TIME_SLOT_REF2="t{start + n + 1}"><ANNOTATION_VALUE>{text}</ANNOTATION_VALUE>'
        "</ALIGNABLE_ANNOTATION></ANNOTATION>"
        for n, text in enumerate(rows)
    ]
    return f'<TIER TIER_ID="{name}"{given}>{"".join(values)}</TIER>'


def child(name: str, parent: str, rows: list[tuple[str, str]], **attributes: str) -> str:
    given = "".join(f' {key}="{value}"' for key, value in attributes.items())
    values = [
        f'<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="{name}{n}" ANNOTATION_REF="{above}">'
        f"<ANNOTATION_VALUE>{text}</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>"
        for n, (above, text) in enumerate(rows)
    ]
    return f'<TIER TIER_ID="{name}" PARENT_REF="{parent}"{given}>{"".join(values)}</TIER>'


def eaf(*tiers: str, untimed: int = -1) -> str:
    slots = [
        f'<TIME_SLOT TIME_SLOT_ID="t{n}"'
        + ("" if n == untimed else f' TIME_VALUE="{n * 1000}"')
        + "/>"
        for n in range(10)
    ]
    return (
        '<ANNOTATION_DOCUMENT><HEADER TIME_UNITS="milliseconds"/>'
        f"<TIME_ORDER>{''.join(slots)}</TIME_ORDER>{''.join(tiers)}</ANNOTATION_DOCUMENT>"
    )


def taken(folder: Path, text: str) -> Conversation:
    path = folder / ("a.eaf" if text.startswith("<") else "a.TextGrid")
    path.write_text(text, encoding="utf-8")
    return read_transcript(path)


def said(conv: Conversation) -> dict[str, str]:
    names = {s.id: s.name or s.id for s in conv.speakers}
    return {names[s]: " ".join(w.text for w in conv.words_of(s)) for s in names}


def times(conv: Conversation) -> list[tuple[str, float, float]]:
    names = {s.id: s.name or s.id for s in conv.speakers}
    return [(names[s.speaker], s.span.start, s.span.end) for s in conv.speech]


def guessed(conv: Conversation) -> str:
    return "".join(note for note in conv.notes if "Tiers that are not" in note)


@pytest.mark.parametrize(
    ("silent", "sounding"),
    [("silent", "sounding"), ("", "x"), ("sil", "spn"), ("&lt;p:&gt;", "&lt;usb&gt;"),
     ("non-speech", "speech"), ("#", "Cleo"), ("pause", "talk")],
)  # fmt: skip
def test_labels_of_silence_and_sound_are_no_words(
    tmp_path: Path, silent: str, sounding: str
) -> None:
    silent, sounding = (
        each.replace("&lt;", "<").replace("&gt;", ">") for each in (silent, sounding)
    )
    rows = [(0.0, 2.0, sounding), (2.0, 5.0, silent), (5.0, 9.0, sounding)]
    conv = taken(tmp_path, grid(Cleo=rows, Dag=[(0, 2, silent), (2, 5, "Home."), (5, 9, silent)]))
    assert times(conv) == [("Cleo", 0, 2), ("Dag", 2, 5), ("Cleo", 5, 9)]
    assert said(conv) == {"Cleo": "", "Dag": "Home."}


@pytest.mark.parametrize(
    ("words", "phones"),
    [("{} - word", "{} - phone"), ("{} - words", "{} - phones"), ("{}_words", "{}_phones"),
     ("words@{}", "phones@{}")],
)  # fmt: skip
def test_words_and_phones_of_aligners_are_one_person(
    tmp_path: Path, words: str, phones: str
) -> None:
    tiers = {
        phones.format("Cleo"): [(0.0, 1.0, "HH"), (1.0, 2.0, "AY"), (2.0, 9.0, "sp")],
        words.format("Cleo"): [(0.0, 2.0, "HI"), (2.0, 9.0, "sp")],
        phones.format("Dag"): [(0.0, 3.0, "sil"), (3.0, 4.0, "OW"), (4.0, 9.0, "sil")],
        words.format("Dag"): [(3.0, 4.0, "OH")],
    }
    conv = taken(tmp_path, grid(**tiers))
    assert (said(conv), guessed(conv)) == ({"Cleo": "HI", "Dag": "OH"}, "")


@pytest.mark.parametrize(
    "names", [("words", "phones"), ("ORT-MAU", "MAU"), ("word", "phone"), ("ort", "phonetics")]
)
def test_tiers_without_any_name_are_one_person(tmp_path: Path, names: tuple[str, str]) -> None:
    tiers = {names[0]: [(0.0, 2.0, "hi"), (2.0, 9.0, "<p:>")], names[1]: [(0.0, 1.0, "h")]}
    assert said(taken(tmp_path, grid(**tiers))) == {"A": "hi"}


def test_notes_and_marks_are_no_people_and_the_guess_is_said(tmp_path: Path) -> None:
    tiers = {
        "Cleo": [(0.0, 2.0, "Where to?")], "Dag": [(3.0, 4.0, "Home.")],
        "notes": [(0.0, 5.0, "dog barks")], "overlap": [(1.0, 2.0, "1")],
    }  # fmt: skip
    conv = taken(tmp_path, grid(**tiers))
    assert said(conv) == {"Cleo": "Where to?", "Dag": "Home."}
    assert "types tell: notes, overlap." in guessed(conv)


def test_what_other_tools_add_to_tiers(tmp_path: Path) -> None:
    sppas = {
        "TokensAlign": [(0.0, 1.0, "where"), (1.0, 2.0, "to"), (2.0, 9.0, "#")],
        "PhonAlign": [(0.0, 1.0, "w")], "Activity": [(0.0, 2.0, "speech"), (2.0, 9.0, "silence")],
    }  # fmt: skip
    conv = taken(tmp_path, grid(**sppas))
    assert (said(conv), times(conv)) == ({"A": "where to"}, [("A", 0, 2)])
    units = {"IPUs": [(0.0, 2.0, "ipu_1"), (2.0, 6.0, "#"), (6.0, 9.0, "ipu_2")]}
    assert taken(tmp_path, grid(**units)).words == ()
    aclew = eaf(
        tier("CHI", ["0.", "xxx."], LINGUISTIC_TYPE_REF="transcription"),
        tier("FA1", ["good &amp;=laughs boy."], start=4, LINGUISTIC_TYPE_REF="transcription"),
        tier("on_off", ["1_2"], start=6),
        tier("K-RGU", ["waves"], start=7, LINGUISTIC_TYPE_REF="gestures"),
    )
    conv = taken(tmp_path, aclew)
    assert said(conv) == {"CHI": "", "FA1": "good boy."}
    assert times(conv) == [("CHI", 1, 2), ("FA1", 4, 5)]
    assert "types tell: on_off, gestures." in guessed(conv)


def test_a_tier_of_speakers_names_them(tmp_path: Path) -> None:
    rows = [(0.0, 2.0, "Cleo"), (2.0, 3.0, ""), (3.0, 4.0, "Dag"), (5.0, 6.0, "Cleo")]
    conv = taken(tmp_path, grid(speaker=rows))
    assert times(conv) == [("Cleo", 0, 2), ("Dag", 3, 4), ("Cleo", 5, 6)]


def test_participants_of_elan_are_the_speakers(tmp_path: Path) -> None:
    conv = taken(
        tmp_path,
        eaf(
            tier("K1_utt", ["Where to?"], PARTICIPANT="Cleo"),
            tier("K1_gesture", ["waves", "sits"], PARTICIPANT="Cleo"),
            tier("K2", ["Home."], start=3, PARTICIPANT="Dag"),
            tier("K3", ["dog barks"], start=5, LINGUISTIC_TYPE_REF="events"),
        ),
    )
    assert said(conv) == {"Cleo": "Where to?", "Dag": "Home."}
    assert "gesture" in guessed(conv)
    assert "Cleo" not in guessed(conv)


def test_a_name_on_every_tier_of_a_person_makes_one_speaker(tmp_path: Path) -> None:
    tiers = [
        tier("x1", ["Where to go now?"], PARTICIPANT="Cleo"),
        tier("x2", ["so"], start=4, PARTICIPANT="Cleo"),
    ]
    conv = taken(tmp_path, eaf(*tiers))
    assert said(conv) == {"Cleo": "Where to go now?"}
    assert guessed(conv)


def test_empty_annotations_are_speech_without_words(tmp_path: Path) -> None:
    conv = taken(tmp_path, eaf(tier("Cleo", ["", ""]), tier("Dag", [""], start=4)))
    assert times(conv) == [("Cleo", 0, 2), ("Dag", 4, 5)]
    assert conv.words == ()


def test_a_parent_that_numbers_gives_way_to_its_child(tmp_path: Path) -> None:
    conv = taken(
        tmp_path,
        eaf(
            child("ge@Cleo", "tx@Cleo", [("tx@Cleo0", "where-to")]),
            child("tx@Cleo", "ref@Cleo", [("ref@Cleo0", "Where"), ("ref@Cleo0", "to?")]),
            tier("ref@Cleo", ["a.001", "a.002"], PARTICIPANT="Cleo"),
            tier("ref@Dag", ["b.001"], start=4, PARTICIPANT="Dag"),
            child("tx@Dag", "ref@Dag", [("ref@Dag0", "Home.")], PARTICIPANT="Dag"),
        ),
    )
    assert said(conv) == {"Cleo": "Where to?", "Dag": "Home."}
    assert times(conv) == [("Cleo", 0, 1), ("Dag", 4, 5)]


def test_children_of_what_is_said_are_no_people(tmp_path: Path) -> None:
    conv = taken(
        tmp_path,
        eaf(
            tier("Cleo", ["Where to?"]),
            child("xds@Cleo", "Cleo", [("Cleo0", "A")]),
            tier("Dag", ["Home."], start=3),
        ),
    )
    assert said(conv) == {"Cleo": "Where to?", "Dag": "Home."}


def test_slots_without_a_time_lie_between_their_neighbours(tmp_path: Path) -> None:
    conv = taken(tmp_path, eaf(tier("Cleo", ["Where", "to?"]), untimed=1))
    assert [(word.text, word.span.start) for word in conv.words] == [("Where", 0), ("to?", 1)]


def test_a_bad_interval_is_left_out(tmp_path: Path) -> None:
    rows = [(0.0, 2.0, "Where to?"), (400.0, 3.0, "lost"), (4.0, 5.0, "Now?")]
    conv = taken(tmp_path, grid(Cleo=rows))
    assert said(conv) == {"Cleo": "Where to? Now?"}
    assert any("tier 1, interval 2: 400.0..3.0" in note for note in conv.notes)
    cut = grid(Cleo=rows, Dag=[(6.0, 7.0, "Home.")])
    assert said(taken(tmp_path, cut[: cut.index('"Home')]))["Cleo"] == "Where to? Now?"


def test_tiers_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "a.TextGrid"
    tiers = {"Cleo": [(0.0, 2.0, "Where?")], "notes": [(3.0, 4.0, "Home.")], "x": [(5.0, 6.0, "y")]}
    path.write_text(grid(**tiers), encoding="utf-8")
    conv = read(path, "textgrid", tiers=("cleo", "notes"))
    assert list(said(conv).values()) == ["Where?", "Home."]
    with pytest.raises(InputError, match=r"No tier is called 'Bo'. There are: Cleo, notes, x\."):
        read(path, "textgrid", tiers=("Bo",))
    done = CliRunner().invoke(
        take, [str(path), "-o", str(tmp_path / "out"), "--tiers", "Cleo, x"], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output


CHAT = "@UTF8\n@Begin\n@Participants:\tS1 Pupil Student, S2 Pupil Student, TEA Ms_Ames Teacher\n"


def test_two_codes_with_one_name_are_two_people(tmp_path: Path) -> None:
    text = CHAT + "*S1:\twhere to ? \x150_1000\x15\n*S2:\thome . \x152000_3000\x15\n"
    text += "*TEA:\tnow ? \x154000_5000\x15\n@End\n"
    (tmp_path / "a.cha").write_text(text, encoding="utf-8")
    found = said(read_transcript(tmp_path / "a.cha"))
    assert found == {"Pupil (S1)": "where to?", "Pupil (S2)": "home.", "Ms Ames": "now?"}


def test_what_was_not_understood_keeps_its_time_in_chat(tmp_path: Path) -> None:
    text = CHAT + "*S1:\twhere to ? \x150_1000\x15\n*S2:\txxx . \x152000_3000\x15\n"
    text += "*TEA:\t0 [=! waves] . \x154000_5000\x15\n@End\n"
    (tmp_path / "a.cha").write_text(text, encoding="utf-8")
    conv = read_transcript(tmp_path / "a.cha")
    assert times(conv) == [("Pupil (S1)", 0, 1), ("Pupil (S2)", 2, 3)]


def test_the_signs_of_conversation_analysis_are_no_words(tmp_path: Path) -> None:
    text = (
        CHAT + "*S1:\t⌈ we:ll ⌉ ↗ ∆ it is ∆ °home° → &*S2:mhm (0.4) ☺ now . \x150_1000\x15\n@End\n"
    )
    (tmp_path / "a.cha").write_text(text, encoding="utf-8")
    assert said(read_transcript(tmp_path / "a.cha")) == {"Pupil (S1)": "well it is home now."}


def test_a_bad_line_of_chat_is_left_out(tmp_path: Path) -> None:
    text = CHAT + "*S1:\twhere ? \x150_1000\x15\n*S2:\tlost . \x15900000_3\x15\n@End\n"
    (tmp_path / "a.cha").write_text(text, encoding="utf-8")
    conv = read_transcript(tmp_path / "a.cha")
    assert len(conv.speech) == 1
    assert any("left out. Line 5: 900.0..0.003" in note for note in conv.notes)


@pytest.mark.parametrize("piece", ["[", "<a", " ", "((", '"', "&=", "\x15", ": ", "x@y_"])
@pytest.mark.parametrize("kind", ["textgrid", "eaf", "chat"])
def test_hostile_annotations_are_read_or_refused_in_no_time(
    tmp_path: Path, kind: str, piece: str
) -> None:
    """Quadratic work on 80 kB takes minutes, so that the test would not end."""
    long = piece * (80_000 // len(piece))
    path = tmp_path / "a"
    begun = {
        "textgrid": grid(Cleo=[(0.0, 1.0, "Hi"), (1.0, 2.0, long)]),
        "eaf": eaf(tier("Cleo", ["Hi", long])),
        "chat": f"{CHAT}*S1:\thi . \x150_1000\x15\n*S2:\tyes {long} \x151000_2000\x15\n",
    }
    path.write_text(begun[kind], encoding="utf-8")
    try:
        conv = read(path, kind)
    except InputError as error:
        assert str(error).startswith("a: ")
    else:
        assert conv.speech
