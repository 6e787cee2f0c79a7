"""Other names and definitions of ImageNet's classes."""

from __future__ import annotations

from gradcam.catalogue import labels
from gradcam.catalogue.words import class_words
from tools.make_class_words import TARGET, table

IMAGENET = labels("imagenet")


def test_the_file_is_what_the_tool_makes() -> None:
    assert TARGET.read_text("utf-8") == table()


def test_every_class_has_words_of_its_own() -> None:
    words = class_words(IMAGENET)
    assert len(words) == len(IMAGENET) == 1000
    assert words[IMAGENET.index("sax")].names == ("saxophone",)
    assert words[281] == (("tabby cat",), "a cat with a grey or tawny coat mottled with black")
    assert words[IMAGENET.index("airliner")].names == ()
    assert "commercial airplane" in words[IMAGENET.index("airliner")].definition


def test_other_labels_have_none() -> None:
    assert class_words(("cat", "dog")) == ()
    assert class_words(IMAGENET[:999]) == ()
