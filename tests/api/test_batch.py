"""`coach batch` as a process, with real workers and a fake stage program."""

from __future__ import annotations

import csv
import hashlib
import os
import re
import sqlite3
import subprocess
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import duckdb
import psutil
import pyarrow.parquet as pq
import pytest
from corpus import COACH, Corpus
from service import PATIENCE, wait_for

from coach import registry
from coach.analysis.enrolled_voices import keep
from coach.analysis.recognition import EnrolledVoice
from coach.analysis.stages import ANALYSIS
from coach.config import Config
from coach.conversation import Conversation
from coach.interchange.json import load
from coach_api.settings import Settings


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path / "corpus")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def digests(folder: Path) -> dict[str, str]:
    """The content of every file that a reader gets."""
    files = [path for path in folder.rglob("*") if path.is_file() and ".coach" not in path.parts]
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def scorecards_of_workers(corpus: Corpus) -> int:
    """How many scorecards the workers left in the corpus's database."""
    with closing(sqlite3.connect(corpus.out / ".coach/coach.db")) as database:
        (number,) = database.execute("select count(*) from results").fetchone()
    return int(number)


def copies(corpus: Corpus, text: bytes) -> list[Path]:
    """The files of the corpus that hold a text of its recordings."""
    files = [path for path in corpus.out.rglob("*") if path.is_file() and not path.is_symlink()]
    return [path for path in files if text in path.read_bytes()]


def test_a_folder_becomes_tables_and_a_failure_is_a_row(corpus: Corpus) -> None:
    corpus.record("a.wav", "some text that would be found in a copy")
    corpus.record("deep/b.wav")
    corpus.record("bad.wav", "refuse")
    corpus.record("notes.txt")
    before = (corpus.root / "in/a.wav").stat()
    code, said = corpus.batch("--formats", "vtt,html")
    assert code == 1, said
    assert (corpus.root / "in/a.wav").stat().st_mtime_ns == before.st_mtime_ns
    assert copies(corpus, b"found in a copy") == []
    assert "This is no recording." in said
    assert [row["recording_id"] for row in rows(corpus.tables / "recordings.csv")] == [
        "a",
        "deep/b",
    ]
    (error,) = rows(corpus.tables / "errors.csv")
    assert (error["recording_id"], error["error"]) == ("bad", "InputError")
    sessions = pq.read_table(corpus.tables / "sessions.parquet").to_pylist()
    assert [(row["recording_id"], row["role"]) for row in sessions] == [
        ("a", "mentor"), ("a", "mentee"), ("deep/b", "mentor"), ("deep/b", "mentee"),
    ]  # fmt: skip
    assert {"conversation.json", "scorecard.json", "conversation.vtt", "scorecard.html"} == {
        path.name for path in (corpus.out / "recordings/a").iterdir()
    }
    count = f"select count(*) from '{corpus.tables}/transitions.parquet'"
    assert duckdb.execute(count).fetchall() == [(2,)]
    assert scorecards_of_workers(corpus) == 0, "the command scores, with its own options"


def test_a_finished_corpus_is_left_alone_and_a_new_recording_is_added(corpus: Corpus) -> None:
    corpus.record("a.wav")
    assert corpus.batch()[0] == 0
    before = digests(corpus.out)
    times = {path: path.stat().st_mtime_ns for path in corpus.out.rglob("*.json")}
    assert corpus.batch()[0] == 0
    assert digests(corpus.out) == before
    corpus.record("b.wav")
    assert corpus.batch()[0] == 0
    kept = [path for path in times if "recordings/a/" in str(path)]
    assert kept
    assert all(path.stat().st_mtime_ns == times[path] for path in kept)
    assert len(corpus.marked("transcribe")) == 2


def mentor_of(corpus: Corpus) -> tuple[str, str]:
    text = (corpus.out / "recordings/a/conversation.json").read_text()
    mentor = load(Conversation, text).mentor
    assert mentor is not None
    return mentor.id, mentor.role_source


def test_an_enrolled_voice_is_recognised_without_hearing_again(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COACH_VOICES_DIR", str(corpus.root / "voices"))
    corpus.record("a.wav")
    assert corpus.batch()[0] == 0
    assert mentor_of(corpus) == ("A", "guessed")
    keep(EnrolledVoice("Ada", (1.0, 0.0), "f" * 64))
    keep(EnrolledVoice("Bo", (0.0, 1.0), "f" * 64))
    assert corpus.batch("--mentor", "Bo")[0] == 0
    assert mentor_of(corpus) == ("B", "enrolled")
    assert len(corpus.marked("diarize")) == 1


def test_results_are_the_same_bytes_in_another_folder_by_other_workers(
    corpus: Corpus, tmp_path: Path
) -> None:
    # The fake program leaves a trace of who ran it, which real stages do not.
    for path in (corpus.root / "found").glob("*.json"):
        path.write_text(path.read_text().replace("TRACE", "the same"))
    for name in "abcd":
        corpus.record(f"{name}.wav")
    assert corpus.batch("--formats", "html,eaf,textgrid,convokit")[0] == 0
    first = digests(corpus.out)
    corpus.out.rename(tmp_path / "first")
    assert corpus.batch("--formats", "html,eaf,textgrid,convokit", "--workers", "2")[0] == 0
    assert digests(corpus.out) == first
    assert len(corpus.marked("transcribe")) == 8


def is_marked(corpus: Corpus, stage: str, more_than: int) -> bool:
    return len(corpus.marked(stage)) > more_than


def test_a_killed_run_goes_on_where_it_was(corpus: Corpus) -> None:
    for number in range(6):
        corpus.record(f"{number}.wav")
    for _ in range(2):
        done = len(corpus.marked("annotate"))
        process = corpus.start("--workers", "2", FAKE_EARS_SECONDS="0.4")
        wait_for(partial(is_marked, corpus, "annotate", done))
        its = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.communicate()
        psutil.wait_procs(its, PATIENCE)
    code, said = corpus.batch("--workers", "2")
    assert code == 0, said
    assert len(rows(corpus.tables / "recordings.csv")) == 6
    for stage in ANALYSIS:
        repeated = len(corpus.marked(stage.name)) - 6
        allowed = 4 if stage.name != "decode" else 12  # decoded sound is not kept
        assert repeated <= allowed, stage


def test_changed_options_repeat_only_the_stages_that_depend_on_them(corpus: Corpus) -> None:
    digest = corpus.record("a.wav")
    assert corpus.batch()[0] == 0
    corpus.foresee(digest, Config(annotator="rules"))
    assert corpus.batch("--annotator", "rules")[0] == 0
    ran = {stage.name: len(corpus.marked(stage.name)) for stage in ANALYSIS}
    assert ran == {"decode": 1, "transcribe": 1, "diarize": 1, "annotate": 2}
    options = corpus.root / "rules.toml"
    options.write_text('mentor = "B"\nannotator = "rules"\n[rules]\nmin_pause = 0.5\n')
    assert corpus.batch("--config", str(options))[0] == 0
    assert {stage.name: len(corpus.marked(stage.name)) for stage in ANALYSIS} == ran
    assert mentor_of(corpus) == ("B", "given")
    assert "min_pause = 0.5" in (corpus.out / "coach.toml").read_text()


def test_a_manifest_says_more_about_its_recordings(corpus: Corpus) -> None:
    for name, mentor in (("x.wav", "B"), ("y.wav", "guess"), ("z.wav", "guess")):
        corpus.record(name, config=Config(mentor=mentor))
    (corpus.root / "in/spoken.vtt").write_text(
        "WEBVTT\n\n00:00.000 --> 00:03.000\n<v Ada>How was it?\n\n"
        "00:03.500 --> 00:09.000\n<v Bob>It was hard.\n"
    )
    (corpus.root / "in/manifest.csv").write_text(
        "path,id,mentor,transcript,cohort,duration\n"
        "x.wav,one,B,,2024,a\n"
        "y.wav,two,,,2024,b\n"
        f"file://{corpus.root}/in/z.wav,three,,,2025,c\n"
        ",four,first,spoken.vtt,2025,d\n"
    )
    code, said = corpus.batch("--group", "cohort", "--group", "duration", source="in/manifest.csv")
    assert code == 0, said
    sessions = rows(corpus.tables / "sessions.csv")
    assert {row["recording_id"]: row["cohort"] for row in sessions} == {
        "one": "2024", "two": "2024", "three": "2025", "four": "2025",
    }  # fmt: skip
    assert {row["manifest_duration"] for row in sessions} == set("abcd")
    assert {row["manifest_duration"] for row in rows(corpus.tables / "groups.csv")} == set("abcd")
    assert corpus.batch("--group", "cohort", source="in/manifest.csv")[0] == 0
    groups = rows(corpus.tables / "groups.csv")
    pooled = [
        row for row in groups
        if (row["cohort"], row["role"], row["measure"]) == ("2024", "mentor", "talk_time")
    ]  # fmt: skip
    assert [row["sessions"] for row in pooled] == ["2"]


def test_the_same_content_twice_is_heard_once(corpus: Corpus) -> None:
    corpus.record("a.wav")
    (corpus.root / "in/copy.wav").write_bytes((corpus.root / "in/a.wav").read_bytes())
    assert corpus.batch()[0] == 0
    assert len(corpus.marked("transcribe")) == 1
    assert len(rows(corpus.tables / "recordings.csv")) == 2
    (corpus.root / "in/list.csv").write_text("path,mentor\na.wav,A\ncopy.wav,B\n")
    assert corpus.batch(source="in/list.csv")[0] == 0, "who is the mentor matters to no ear"
    assert len(corpus.marked("transcribe")) == 1
    digest = hashlib.sha256((corpus.root / "in/a.wav").read_bytes()).hexdigest()
    corpus.foresee(digest, Config(language="de"))
    (corpus.root / "in/list.csv").write_text("path,language\na.wav,de\ncopy.wav,fr\n")
    code, said = corpus.batch(source="in/list.csv")
    assert code == 1
    assert "The same content as a with other options" in said


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--shard", "3/2"), "expected K/N"),
        (("--group", "cohort"), "no column 'cohort'"),
        (("--formats", "pdf"), "No format 'pdf'"),
    ],
)
def test_a_wrong_line_says_what_is_expected(
    corpus: Corpus, options: tuple[str, ...], expected: str
) -> None:
    corpus.record("a.wav")
    code, said = corpus.batch(*options)
    assert code in (1, 2)
    assert expected in said


def test_two_runs_over_one_corpus_do_not_meet(corpus: Corpus) -> None:
    corpus.record("a.wav", "slow")
    first = corpus.start()
    wait_for(lambda: bool(corpus.marked("transcribe", "begun")))
    code, said = corpus.batch()
    assert code == 1
    assert "Another coach batch" in said
    first.terminate()
    first.communicate(timeout=PATIENCE)
    assert first.returncode == 1


def test_the_recipe_for_slurm_shares_out_a_corpus(corpus: Corpus) -> None:
    for name in "abc":
        corpus.record(f"{name}.wav")
    script = Path(__file__).parents[2] / "docs/deploy/slurm.sh"
    task = {
        "SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_COUNT": "2", "SLURM_CPUS_PER_TASK": "1",
        "PATH": f"{COACH.parent}:{os.environ['PATH']}",
    }  # fmt: skip
    subprocess.run(
        ["bash", script, corpus.root / "in", corpus.out], env=corpus.variables(**task), check=True
    )
    found = rows(corpus.out / "1/tables/recordings.csv")
    assert [row["recording_id"] for row in found] == ["a", "c"]


def test_the_recipe_for_kubernetes_runs_commands_that_exist() -> None:
    text = (Path(__file__).parents[2] / "docs/deploy/kubernetes.yaml").read_text()
    commands = re.findall(r"command: \[coach, (\w+)", text)
    assert sorted(commands) == ["batch", "models", "worker"]
    assert set(commands) <= set(registry.installed_entries("commands"))


def workers_of(pid: int) -> list[psutil.Process]:
    """The live worker processes of a run."""
    found = []
    for child in psutil.Process(pid).children():
        with suppress(psutil.NoSuchProcess):  # which a zombie is, too
            if "coach_api.work.worker" in child.cmdline():
                found.append(child)
    return found


def test_workers_on_a_real_postgres_may_be_killed(
    corpus: Corpus, postgres_settings: Settings
) -> None:
    corpus.environment["COACH_DATABASE_URL"] = postgres_settings.database_url
    for number in range(8):
        corpus.record(f"{number}.wav")
    process = corpus.start("--workers", "3", FAKE_EARS_SECONDS="0.2")
    try:
        for kill in range(4):
            wait_for(partial(is_marked, corpus, "diarize", kill))
            found = workers_of(process.pid)
            if found:
                with suppress(psutil.NoSuchProcess):
                    found[kill % len(found)].kill()
        out, err = process.communicate(timeout=5 * PATIENCE)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0, out + err
    assert len(rows(corpus.tables / "recordings.csv")) == 8
    assert not (corpus.out / ".coach/coach.db").exists()
    assert os.environ.get("COACH_DATABASE_URL") is None
