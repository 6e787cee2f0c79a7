"""Which files are found, and that each gets an output folder of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gradcam.cli.photos import tasks
from gradcam.errors import GradcamError


@pytest.fixture
def tree(tmp_path, monkeypatch) -> Path:
    for name in ("a/x.jpg", "b/x.jpg", "a/y.png", "a/notes.txt", "a/.z.jpg", "a/.hidden/z.jpg",
                 "one/photos/1.jpg", "two/photos/1.jpg", "a/out/x.jpg/00-overlay.png"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def plan(*paths: str, out: str = "a/out") -> dict[str, str]:
    return {
        t.file.as_posix(): t.folder.relative_to(out).as_posix()
        for t in tasks([Path(p) for p in paths], Path(out))
    }


@pytest.mark.usefixtures("tree")
def test_hidden_files_and_our_own_output_are_skipped() -> None:
    assert plan("a") == {"a/x.jpg": "x.jpg", "a/y.png": "y.png"}
    assert plan("a/.z.jpg") == {"a/.z.jpg": ".z.jpg"}  # named explicitly


@pytest.mark.usefixtures("tree")
def test_same_names_from_two_folders_stay_distinct() -> None:
    apart = {"a/x.jpg": "a/x.jpg", "a/y.png": "y.png", "b/x.jpg": "b/x.jpg"}
    assert plan("a", "b") == plan("b", "a") == apart
    assert plan("a/x.jpg", "b/x.jpg") == {"a/x.jpg": "a/x.jpg", "b/x.jpg": "b/x.jpg"}


@pytest.mark.usefixtures("tree")
def test_same_names_from_folders_of_the_same_name_stay_distinct() -> None:
    names = plan("one/photos", "two/photos")
    assert len(set(names.values())) == 2
    assert all(name.startswith("photos/1.jpg~") for name in names.values())
    assert names == plan("two/photos", "one/photos")


def test_names_that_differ_only_in_case_stay_distinct(tree: Path) -> None:
    (tree / "b" / "X.JPG").touch()
    if len(list((tree / "b").iterdir())) == 2:
        assert len({name.casefold() for name in plan("b").values()}) == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows allows no such names")
@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ('what? <b>"a|b*c".jpg', "what_ _b__a_b_c_.jpg"),
        ("12:30\\x.jpg", "12_30_x.jpg"),
        ("tab\there.jpg", "tab_here.jpg"),
        ("CON.jpg", "_CON.jpg"),
        ("console.jpg", "console.jpg"),
        ("aux/x.jpg", "_aux/x.jpg"),
        ("trip .. /x.jpg", "trip____/x.jpg"),
        (os.fsdecode(b"gr\xfcn.jpg"), "gr_n.jpg"),
        ("猫 ü.jpg", "猫 ü.jpg"),
    ],
)
def test_results_can_be_copied_to_any_file_system(tmp_path: Path, name: str, folder: str) -> None:
    file = tmp_path / "in" / name
    file.parent.mkdir(parents=True)
    file.touch()
    (task,) = tasks([tmp_path / "in"], tmp_path / "out")
    assert task.folder == tmp_path / "out" / folder
    assert (task.file, task.name) == (file, name)


@pytest.mark.skipif(os.name == "nt", reason="Windows allows no such names")
def test_names_that_become_the_same_stay_distinct(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a?.jpg", "a*.jpg", "A_.jpg"):
        (tmp_path / "in" / name).touch()
    found = tasks([tmp_path / "in"], tmp_path / "out")
    assert len({task.folder.name.casefold() for task in found}) == 3


def test_a_file_named_twice_is_one_task(tree: Path) -> None:
    assert len(plan("a/x.jpg", "a", os.fspath(tree / "a" / "x.jpg"))) == 2


@pytest.mark.usefixtures("tree")
def test_results_cannot_go_into_the_folder_of_photos() -> None:
    with pytest.raises(GradcamError, match="--out"):
        plan("b", out="./b")


@pytest.mark.usefixtures("tree")
def test_a_missing_file_is_a_task_that_will_fail() -> None:
    assert plan("gone.jpg") == {"gone.jpg": "gone.jpg"}
