"""The parts of a corpus: manifests, groups, tables as files, the data dictionary."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from service import slowness

from coach.config import OPTIONS, Config
from coach.conversation import Conversation
from coach.errors import InputError
from coach.measurement import Measurement
from coach.tables.catalogue import SESSIONS
from coach.tables.columns import Column
from coach.tables.dictionary import HEADER, entries, page
from coach.talk import talk
from coach_api.cli.batch import batch
from coach_api.corpus.annotations import read_annotations
from coach_api.corpus.groups import Observed, bootstrap, summarise
from coach_api.corpus.manifest import Entry, read_entries
from coach_api.corpus.outcome import Folder, OutputOptions
from coach_api.corpus.parquet import compact, schema_of, table_of, write_whole
from coach_api.corpus.publish import all_tables, publish
from coach_api.corpus.run import CorpusRun
from coach_api.settings import Settings
from coach_api.store import remote_recordings

DICTIONARY = Path(__file__).parents[2] / "docs" / "data-dictionary.md"
CONVERSATION = talk("A 0-3 So how was it?", "B 3.2-9 it was hard", "A 8-9.5 mhm")


def rate(numerator: float, denominator: float) -> Measurement:
    return Measurement("x", None, "ratio", numerator=numerator, denominator=denominator, count=1)


def test_the_data_dictionary_is_the_codes() -> None:
    made = page(all_tables())
    if os.environ.get("COACH_GOLDEN") == "write":
        DICTIONARY.write_text(made, encoding="utf-8")
    assert DICTIONARY.read_text(encoding="utf-8") == made


def test_a_folder_is_searched_and_ids_stay_apart(tmp_path: Path) -> None:
    for name in ("a.wav", "deep/a.mp3", "b.wav", "b.mp3", "notes.txt", ".hidden/c.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [e.id for e in read_entries(str(tmp_path))] == ["a", "b.mp3", "b.wav", "deep/a"]
    assert [e.id for e in read_entries(f"{tmp_path}/*.wav")] == ["a", "b"]
    assert [e.id for e in read_entries(f"{tmp_path}/**/*.mp3")] == ["b", "deep/a"]
    assert [e.id for e in read_entries(f"{tmp_path}/a.wav")] == ["a"]


def test_failures_are_in_the_order_of_ids(tmp_path: Path) -> None:
    """Not in the order of their coming, which the workers decide: tables are the same bytes."""
    run = CorpusRun(Folder(tmp_path, OutputOptions()), Config(), Settings(), 0)
    entries = [Entry(name, None, tmp_path / f"{name}.vtt") for name in "cab"]
    assert run(entries, lambda _: None) == ()
    assert [failure.entry.id for failure in run.failures] == ["a", "b", "c"]


def test_a_manifest_in_jsonl_is_read_as_one_in_csv(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_text('{"path": "x.wav", "speakers": 3, "year": 2024}\n\n')
    (tmp_path / "m.csv").write_text("\ufeffpath,speakers,year,\nx.wav,3,2024,\n")
    (tmp_path / "m.tsv").write_text("path\tspeakers\tyear\nx.wav\t3\t2024\n")
    read = [read_entries(str(tmp_path / f"m.{suffix}")) for suffix in ("jsonl", "csv", "tsv")]
    assert read[0] == read[1] == read[2]
    (entry,) = read[0]
    assert entry.path == tmp_path / "x.wav"
    assert entry.config(Config()).speakers.most == 3
    assert entry.groups == {"year": "2024"}


def test_a_manifest_has_the_words_of_the_command_line(tmp_path: Path) -> None:
    row = {option.name: "mixed" if option.choices else "2" for option in OPTIONS}
    (tmp_path / "m.jsonl").write_text(json.dumps({"path": "x.wav", **row}))
    (entry,) = read_entries(str(tmp_path / "m.jsonl"))
    assert entry.options == row and entry.groups == {}
    assert entry.config(Config()).model == "2"


def test_an_option_of_listening_is_refused_where_nothing_is_listened_to(tmp_path: Path) -> None:
    entry = Entry("a", None, tmp_path / "a.vtt", options={"mentor": "A", "diarizer": "voices"})
    with pytest.raises(InputError, match="diarizer cannot be used"):
        entry.config(Config())
    (tmp_path / "a.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:03.000\n<v Ada>How was it?\n")
    (tmp_path / "m.csv").write_text("transcript\na.vtt\n")
    said = CliRunner().invoke(
        batch, [f"{tmp_path}/m.csv", "-o", f"{tmp_path}/out", "--speakers", "3"]
    )
    assert said.exit_code == 2 and "--speakers cannot be used" in said.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ("path,id\na.wav,x\nb.wav,x\n", "more than once"),
        ("path,id\na.wav,../x\n", "cannot be a file name"),
        ("path,id\na.wav,x/../../y\n", "cannot be a file name"),
        ("id\nx\n", "has the columns 'id': expected 'path'"),
        ("path,id\n,x\n", "line 2: expected a path"),
        ("wave,cohort\na.wav,1\n", "has the columns 'wave', 'cohort': expected 'path'"),
        ("path,mentr\na.wav,A\n", "column 'mentr'. Did you mean 'mentor'"),
        ("path,metnor\na.wav,A\n", "column 'metnor'. Did you mean 'mentor'"),
        ("path,Speaker\na.wav,2\n", "column 'Speaker'. Did you mean 'speakers'"),
        ("path,langauge\na.wav,de\n", "column 'langauge'. Did you mean 'language'"),
        ("transcript\ns3://bucket/a.vtt\n", "may lie in an object store"),
        ("path\n", "No recordings"),
    ],
)
def test_a_wrong_manifest_says_what_is_expected(
    tmp_path: Path, manifest: str, expected: str
) -> None:
    (tmp_path / "m.csv").write_text(manifest)
    with pytest.raises(InputError, match=expected):
        read_entries(str(tmp_path / "m.csv"))


@pytest.mark.parametrize(
    "manifest",
    [
        "path;speakers;year\nx.wav;3;2024\n",
        "sep=;\npath;speakers;year\nx.wav;3;2024\n",
        "file,speakers,year\nx.wav,3,2024\n",
        "File Name;Speakers;year\nx.wav;3;2024\n",
        "Path|SPEAKERS|year\nx.wav|3|2024\n",
    ],
)
def test_a_manifest_of_a_spreadsheet_is_understood(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "m.csv").write_text(manifest)
    (entry,) = read_entries(str(tmp_path / "m.csv"))
    assert entry.path == tmp_path / "x.wav"
    assert (entry.options, entry.groups) == ({"speakers": "3"}, {"year": "2024"})


def test_a_mentor_who_is_nobody_is_found_before_anything_is_heard(tmp_path: Path) -> None:
    run = CorpusRun(Folder(tmp_path / "out", OutputOptions()), Config(), Settings(), 0)
    entries = [
        Entry("a", tmp_path / "a.wav"),
        Entry("b", tmp_path / "b.wav", options={"mentor": "Cy"}),
    ]
    with pytest.raises(InputError, match="b: No mentor can be found by 'Cy'"):
        run(entries, lambda _: None)
    assert run.failures == []
    assert not (tmp_path / "out").exists()


def test_one_of_several_recordings_is_chosen_by_the_id(tmp_path: Path) -> None:
    text = "SPEAKER one 1 0 3 <NA> <NA> A\nSPEAKER two 1 0 2 <NA> <NA> A\nSPEAKER two 1 5 1 x x B\n"
    (tmp_path / "all.rttm").write_text(text)
    (tmp_path / "m.csv").write_text("id,speech\none,all.rttm\ndeep/two,all.rttm\n")
    found = [read_annotations(entry, Config()) for entry in read_entries(str(tmp_path / "m.csv"))]
    assert [len(facts.heard.speech) for facts in found] == [2, 1]


def test_errors_of_a_redacted_corpus_hold_no_names_and_no_words(tmp_path: Path) -> None:
    path = tmp_path / "Broken Lea Voss.csv"
    path.write_text("speaker,start,end,text\nLea,I am so tired,1,Hi\n")
    entry = Entry("s2", None, path)
    for redact in (None, lambda conv: conv):
        run = CorpusRun(
            Folder(tmp_path / "out", OutputOptions(redact=redact)), Config(), Settings(), 0
        )
        run([entry], lambda _: None)
        (failure,) = run.failures
        assert "tired" not in failure.message
        assert ("Voss" in failure.message) is (redact is None)


def test_groups_are_pooled_and_no_mean_of_rates() -> None:
    observed = [
        Observed({"cohort": cohort}, "mentor", rate(*parts))
        for cohort, parts in (("x", (1, 10)), ("x", (80, 100)), ("y", (1, 2)))
    ]
    first, second = summarise(observed, ["cohort"])
    assert first[:5] == ("x", "mentor", "x", "ratio", 2)
    assert first[5] == pytest.approx(81 / 110, abs=1e-6)
    assert first[6] == pytest.approx(0.1)
    assert first[7] == pytest.approx(0.8)
    assert second[6:8] == (None, None)


SAMPLES = st.lists(st.lists(st.floats(-9, 9), max_size=6), min_size=2, max_size=6)


@given(SAMPLES, st.sampled_from(["median", "p90", "max"]))
def test_a_bootstrap_of_samples_lies_within_them(found: list[list[float]], statistic: str) -> None:
    measured = [
        replace(rate(0, 0), statistic=statistic, samples=tuple(samples))  # type: ignore[arg-type]
        for samples in found
    ]
    interval = bootstrap(measured)
    everything = [each for samples in found for each in samples]
    if not everything:
        assert interval is None
    else:
        assert interval is not None
        assert min(everything) <= interval[0] <= interval[1] <= max(everything)


def test_a_bootstrapped_interval_covers_the_truth() -> None:
    """Sessions of different lengths and rates: 95 % of the intervals hold the pooled rate."""
    dice = np.random.default_rng(7)
    hits = 0
    for _ in range(200):
        rates, lengths = dice.beta(4, 8, 40), dice.integers(5, 30, 40)
        found = [
            rate(float(dice.binomial(n, p)), float(n)) for n, p in zip(lengths, rates, strict=True)
        ]
        low, high = bootstrap(found) or (1.0, 0.0)
        hits += low <= 1 / 3 <= high
    assert 175 <= hits <= 199


def finished(folder: Folder, number: int, conv: Conversation = CONVERSATION) -> Iterator[str]:
    for i in range(number):
        entry = Entry(f"{i:04}", None, groups={"cohort": "xy"[i % 2]})
        folder.finish(entry, conv, (str(i), ()))
        yield entry.id


def test_tables_carry_units_provenance_and_the_dictionary(tmp_path: Path) -> None:
    folder = Folder(tmp_path, OutputOptions(columns=("cohort",), groups=("cohort",)))
    ids = list(finished(folder, 3))
    assert publish(folder, ids, [], {"config": "the options"})
    assert not publish(folder, ids, [], {"config": "the options"})
    schema = pq.read_schema(folder.tables / "transitions.parquet")
    assert schema.field("fto").metadata[b"unit"] == b"seconds"
    assert schema.metadata[b"config"] == b"the options"
    with (folder.tables / "dictionary.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    assert tuple(header) == HEADER
    known = set(entries(all_tables(["cohort"])))
    assert known <= {tuple(row) for row in rows}
    described = {(row[0], row[1]) for row in rows}
    for path in folder.tables.glob("*.parquet"):
        if path.stem != "dictionary":
            names = pq.read_schema(path).names
            assert {(path.stem, name) for name in names} == {
                d for d in described if d[0] == path.stem
            }


def test_no_text_of_a_table_is_a_formula(tmp_path: Path) -> None:
    """In CSV, which a spreadsheet opens; a negative number stays one."""
    columns = (Column("said", "text", "", "a text"), Column("fto", "number", "s", "a number"))
    said = ("=1+1", "+1", "-1", "@x", "\t=1", "1", "", None)
    write_whole(table_of(columns, [(each, -1.5) for each in said], {}), tmp_path, "t")
    with (tmp_path / "t.csv").open(newline="") as file:
        _, *rows = csv.reader(file)
    cells = ["'=1+1", "'+1", "'-1", "'@x", "'\t=1", "1", "", ""]
    assert rows == [[cell, "-1.5"] for cell in cells]
    assert pq.read_table(tmp_path / "t.parquet")["said"].to_pylist() == list(said)


def test_two_thousand_sessions_are_asked_in_less_than_a_second(tmp_path: Path) -> None:
    folder = Folder(tmp_path, OutputOptions(columns=("cohort",)))
    (first,) = finished(folder, 1)
    part = folder.inner / "parts" / first / "sessions.arrow"
    compact([part] * 2000, schema_of(folder.columns(SESSIONS), {}), folder.tables, "sessions")
    begun = time.perf_counter()
    found = duckdb.execute(
        f"""select cohort, role, sum(open_ratio_numerator) / sum(open_ratio_denominator),
            avg(talk_share), count(*) from '{folder.tables}/sessions.parquet'
            group by all order by all"""
    ).fetchall()
    assert time.perf_counter() - begun < slowness()
    assert [row[-1] for row in found] == [2000, 2000]


def test_a_recording_in_an_object_store_is_named_and_hashed(tmp_path: Path) -> None:
    (tmp_path / "a b.wav").write_bytes(b"sound")
    url = f"file://{tmp_path}/a%20b.wav"
    (tmp_path / "m.csv").write_text(f"path,year\n{url},2024\n")
    (entry,) = read_entries(str(tmp_path / "m.csv"))
    assert (entry.id, entry.path, entry.url) == ("a b", None, url)
    (source,) = Folder(tmp_path / "out", OutputOptions()).sources(entry)
    assert (source.size, source.sha256) == (5, hashlib.sha256(b"sound").hexdigest())
    remote_recordings.fetch(url, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"sound"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("ftp://host/a.wav", "Expected a path, or s3://"),
        ("file:///no/such.wav", "Cannot read file"),
    ],
)
def test_a_recording_that_cannot_be_fetched_says_why(url: str, expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        remote_recordings.stat(url)
    with pytest.raises(InputError, match=expected):
        remote_recordings.sha256_at(url)
