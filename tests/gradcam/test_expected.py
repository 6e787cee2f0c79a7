"""Labels in names: whole words, several names of one class, and no guess where two fit."""

from __future__ import annotations

import pytest

from gradcam import GradcamError, catalogue
from gradcam.expected import Expected, Names, read_list

LABELS = ("tabby, tabby cat", "tiger cat", "tiger", "golden retriever", "chow chow", "7", "screen")
TABBY, TIGER_CAT, TIGER, GOLDEN, CHOW, SEVEN, SCREEN = range(7)
NAMES = Names(LABELS)


@pytest.mark.parametrize(
    ("path", "index"),
    [
        ("tabby-001.png", TABBY),
        ("n00000000_tabby.jpg", TABBY),
        ("my Tabby Cat (2).jpeg", TABBY),
        ("tiger_cat.jpg", TIGER_CAT),
        ("tiger.jpg", TIGER),
        ("goldenRetriever12.jpg", GOLDEN),
        ("GOLDEN-RETRIEVER.JPG", GOLDEN),
        ("train/tabby/0001.jpg", TABBY),
        ("tiger/cat/tabby/0001.jpg", TABBY),
        ("tabby/tiger.jpg", TABBY),  # the folder comes first
        ("7/0001.jpg", SEVEN),
        ("chow-chow.jpg", CHOW),
        ("images\\tabby\\1.jpg", TABBY),
    ],
)
def test_a_name_gives_its_class(path: str, index: int) -> None:
    assert NAMES.of(path) == Expected(index, LABELS[index])


@pytest.mark.parametrize(
    "path",
    [
        "IMG_2041.jpg",
        "tabbycat.jpg",
        "catalogue.jpg",
        "golden.jpg",
        "7.png",
        "img-7-of-9.png",
        "Screen Shot 2026-11-21 at 9.00.png",
        "screenshot.png",
        ".jpg",
        "",
        "photos/IMG.jpg",
    ],
)
def test_other_names_give_none(path: str) -> None:
    assert NAMES.of(path) == Expected()


def test_two_classes_in_a_name_give_none_and_say_so() -> None:
    assert NAMES.of("tabby and tiger.jpg") == Expected(None, "tabby, tabby cat or tiger", "unclear")


def test_one_label_of_two_classes_is_unclear() -> None:
    assert Names(["crane", "crane", "ibis"]).of("crane.jpg").index is None
    assert Names(["crane", "crane", "ibis"]).of("crane.jpg").why == "unclear"


def test_wordnet_ids_are_imagenets_classes() -> None:
    """n02123045 is class 281, tabby, and n03126707 the crane that lifts, class 517."""
    imagenet = catalogue.labels("imagenet")
    names = Names(imagenet)
    assert names.of("n02123045/ILSVRC2012_val_00000001.JPEG").index == 281
    assert names.of("n03126707_12.JPEG") == Expected(517, imagenet[517])
    assert Names(["tabby", "mug"]).of("n02123045_12.jpg").index == 0
    assert Names(["tabby", "mug"]).of("n03126707_12.jpg") == Expected()
    assert len(set(catalogue.wordnet_ids())) == 1000


def test_imagenet_in_other_words_is_known_by_its_order() -> None:
    own = [f"{label}, thing" for label in catalogue.labels("imagenet")]
    assert Names(own).of("n02123045_1.jpg").index == 281


def test_a_list_comes_first() -> None:
    names = Names(LABELS, {"a.jpg": "tiger", "sub/B.jpg": "Tabby Cat", "c.jpg": "unicorn"})
    assert names.of("tabby/a.jpg").index == TIGER
    assert names.of("sub/b.jpg").index == TABBY
    assert names.of("c.jpg") == Expected(None, "unicorn", "not a class of this model")
    assert Names(["cat", "dog"], {"a.jpg": "1"}).of("a.jpg") == Expected(1, "dog")


@pytest.mark.parametrize(
    "text",
    [
        "file,label\na.jpg,tabby\nb.jpg,tiger cat\n",
        "a.jpg;tabby\r\nb.jpg;tiger cat\r\n",
        "a.jpg\ttabby\n\nb.jpg\ttiger cat",
        "\ufeffnumber,path,class\n1,a.jpg,tabby\n2,b.jpg,tiger cat\n3,c.jpg\n",
    ],
)
def test_lists_are_read(text: str) -> None:
    assert read_list(text.encode()) == {"a.jpg": "tabby", "b.jpg": "tiger cat"}


@pytest.mark.parametrize("data", [b"", b"one column\nonly", b"a,b,c\n1,2,3", b"\x00\x01\x02"])
def test_other_tables_are_refused(data: bytes) -> None:
    with pytest.raises(GradcamError):
        read_list(data)


def test_a_model_without_labels_has_nothing_to_find() -> None:
    assert Names([]).of("tabby.jpg") == Expected()
