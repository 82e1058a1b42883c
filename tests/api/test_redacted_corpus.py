"""What is shared of a redacted corpus holds no name, and who withdraws is erased."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from corpus import Corpus

from coach.config import Config
from coach_api.corpus.redaction import without_names


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path / "corpus")


def shared(corpus: Corpus, secret: str) -> list[str]:
    """The files of `recordings` and `tables` that hold a text, or whose name does."""
    found = [path for part in ("recordings", "tables") for path in (corpus.out / part).rglob("*")]
    return [
        str(path.relative_to(corpus.out))
        for path in found
        if secret in str(path.relative_to(corpus.out)).casefold()
        or (path.is_file() and secret.encode() in path.read_bytes().lower())
    ]


def error_rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.models
def test_names_of_files_are_not_shared(corpus: Corpus) -> None:
    corpus.record("lena.wav")
    corpus.record("deep/quentin.wav")
    assert corpus.batch()[0] == 0
    assert shared(corpus, "lena")
    code, said = corpus.batch("--redact", "--formats", "convokit,html")
    assert code == 0, said
    assert shared(corpus, "lena") == shared(corpus, "quentin") == []
    ids = [row["recording_id"] for row in error_rows(corpus.tables / "recordings.csv")]
    names = error_rows(corpus.out / ".coach" / "names.csv")
    assert {row["name"] for row in names} == {"lena", "deep/quentin"}
    assert {row["recording_id"] for row in names} == set(ids)
    before = ids
    assert corpus.batch("--redact", "--formats", "convokit,html")[0] == 0
    again = [row["recording_id"] for row in error_rows(corpus.tables / "recordings.csv")]
    assert again == before


@pytest.mark.models
def test_what_was_left_unredacted_of_others_is_refused(corpus: Corpus) -> None:
    corpus.record("lena.wav")
    corpus.record("quentin.wav")
    assert corpus.batch()[0] == 0
    (corpus.root / "in" / "lena.wav").unlink()
    before = shared(corpus, "lena")
    code, said = corpus.batch("--redact")
    assert code == 1
    assert "recordings/lena/conversation.json" in said and "--forget" in said
    assert shared(corpus, "lena") == before
    code, said = corpus.batch("--redact", "--forget", "lena")
    assert code == 0, said
    assert shared(corpus, "lena") == shared(corpus, "quentin") == []
    assert len(error_rows(corpus.tables / "recordings.csv")) == 1
    code, said = corpus.batch("--redact", "--forget", "quentin")
    assert code == 0, said
    assert error_rows(corpus.tables / "recordings.csv") == []


@pytest.mark.models
def test_a_recording_that_cannot_be_redacted_leaves_nothing_unredacted(corpus: Corpus) -> None:
    corpus.record("a.wav")
    manifest = corpus.root / "in" / "manifest.csv"
    manifest.write_text("path,id\na.wav,one\n")
    assert corpus.batch(source="in/manifest.csv")[0] == 0
    (corpus.root / "in" / "a.wav").unlink()
    code, _ = corpus.batch("--redact", source="in/manifest.csv")
    assert code == 1
    assert not (corpus.out / "recordings" / "one" / "conversation.json").exists()


@pytest.mark.models
def test_errors_do_not_repeat_names_and_words(corpus: Corpus) -> None:
    words = corpus.root / "in" / "lena.csv"
    words.parent.mkdir(exist_ok=True)
    words.write_text("speaker,start,end,text\nA,Lena told me,3,so\n")
    manifest = corpus.root / "in" / "manifest.csv"
    manifest.write_text("transcript,id\nlena.csv,one\n")
    assert corpus.batch(source="in/manifest.csv")[0] == 1
    assert shared(corpus, "lena")
    code, said = corpus.batch("--redact", source="in/manifest.csv")
    assert code == 1 and "one: " in said
    assert shared(corpus, "lena") == []
    (row,) = error_rows(corpus.tables / "errors.csv")
    assert row["recording_id"] == "one" and "Withheld" in row["message"]
    (whole,) = error_rows(corpus.out / ".coach" / "errors.csv")
    assert "lena.csv" in whole["path"] and "Line 2" in whole["message"]
    assert (corpus.out / ".coach" / "errors.csv").stat().st_mode & 0o077 == 0


def test_a_mentor_who_was_named_is_not_told() -> None:
    assert without_names(Config(mentor="Ada")).mentor == "[PERSON]"
    assert without_names(Config(mentor="A")).mentor == "A"
    assert without_names(Config(mentor="first")).mentor == "first"


def test_who_withdraws_is_erased(corpus: Corpus) -> None:
    gone = corpus.record("gone.wav")
    corpus.record("kept.wav")
    assert corpus.batch()[0] == 0
    code, said = corpus.batch("--forget", "gone")
    assert code == 0, said
    assert "Erased: gone." in said and "Take it out of IN" in said
    assert (corpus.root / "in" / "gone.wav").exists()
    assert [r["recording_id"] for r in error_rows(corpus.tables / "recordings.csv")] == ["kept"]
    assert shared(corpus, "gone") == []
    inner = corpus.out / ".coach"
    assert [p for p in inner.rglob("*") if "gone" in p.name or gone in p.name] == []
    engine = sa.create_engine(f"sqlite:///{inner}/coach.db")
    with engine.connect() as db:
        assert db.exec_driver_sql("select count(*) from sessions").scalar() == 1
    engine.dispose()
    texts = [p.read_bytes() for p in inner.rglob("*") if p.is_file() and not p.is_symlink()]
    assert not any(gone.encode() in text for text in texts)


def test_the_same_content_under_another_name_stays(corpus: Corpus) -> None:
    first = corpus.record("one.wav")
    twin = corpus.root / "in" / "two.wav"
    twin.write_bytes((corpus.root / "in" / "one.wav").read_bytes())
    assert corpus.batch()[0] == 0
    assert corpus.batch("--forget", "one")[0] == 0
    assert [r["recording_id"] for r in error_rows(corpus.tables / "recordings.csv")] == ["two"]
    assert any(first in path.name for path in (corpus.out / ".coach" / "store").rglob("*"))
    card = json.loads((corpus.out / "recordings" / "two" / "scorecard.json").read_text())
    assert card["measurements"]


def test_who_is_not_there_cannot_be_erased(corpus: Corpus) -> None:
    corpus.record("one.wav")
    code, said = corpus.batch("--forget", "nobody")
    assert code == 1
    assert "No recording" in said and "nobody" in said
