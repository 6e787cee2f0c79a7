"""CLIP and SigLIP for typed phrases, small and random, against transformers and autograd."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import gradcam
from gradcam.backends import takes_phrases
from gradcam.preprocess import preprocess

hf = pytest.importorskip("transformers")
from tests.text_image import LONGEST, SIZE, save_clip, save_siglip  # noqa: E402

PHOTO = np.random.default_rng(0).integers(0, 256, (50, 40, 3), np.uint8)
TEXTS = ("a red car", "the dog's tongue", "schöne blume")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved") / "my-clip"
    save_clip(folder)
    return folder


@pytest.fixture(scope="module")
def siglip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved") / "my-siglip"
    save_siglip(folder)
    return folder


def pixels(clf: Any) -> torch.Tensor:
    return torch.from_numpy(preprocess(PHOTO, clf.preprocessing).values).permute(2, 0, 1)[None]


def transformers_logits(folder: Path, texts: tuple[str, ...], x: torch.Tensor) -> torch.Tensor:
    """As transformers itself compares the photo with the texts."""
    kind, lower = (hf.CLIPModel, False) if folder.name == "my-clip" else (hf.SiglipModel, True)
    tokenizer = hf.PreTrainedTokenizerFast.from_pretrained(folder)
    texts = tuple(t.lower().replace("'", "") for t in texts) if lower else texts
    padding = "max_length" if lower else True
    given = tokenizer(list(texts), padding=padding, max_length=LONGEST, return_tensors="pt")
    mask = {} if lower else {"attention_mask": given["attention_mask"]}
    with torch.no_grad():
        model = kind.from_pretrained(folder).eval()
        return model(input_ids=given["input_ids"], pixel_values=x, **mask).logits_per_image[0]


def test_clip_gives_a_softmax_over_the_phrases(clip: Path) -> None:
    clf = gradcam.load_model(clip, labels=TEXTS)
    assert takes_phrases(clf)
    assert clf.labels == TEXTS
    assert not clf.multi_label
    found = gradcam.explain(clf, PHOTO).predictions
    expected = transformers_logits(clip, TEXTS, pixels(clf))
    for one in found:
        assert one.logit == pytest.approx(float(expected[one.index]), abs=1e-4)
        assert one.probability == pytest.approx(float(expected.softmax(0)[one.index]), abs=1e-5)


def test_siglip_gives_each_phrase_its_own_sigmoid(siglip: Path) -> None:
    clf = gradcam.load_model(siglip, labels=TEXTS)
    assert clf.multi_label
    expected = transformers_logits(siglip, TEXTS, pixels(clf))
    for one in gradcam.explain(clf, PHOTO).predictions:
        assert one.logit == pytest.approx(float(expected[one.index]), abs=1e-4)
        assert one.probability == pytest.approx(float(expected[one.index].sigmoid()), abs=1e-5)


def test_legrad_of_clip_is_autograd_s(clip: Path) -> None:
    """∂cosine/∂A of each block, scored by the projection of its own class token."""
    clf = gradcam.load_model(clip, labels=TEXTS)
    (one,) = gradcam.explain(clf, PHOTO, classes=[TEXTS[1]]).maps
    assert one.method == "legrad"
    model = hf.CLIPModel.from_pretrained(clip, attn_implementation="eager").eval()
    phrases = clf.module.phrases
    vision = model.vision_model
    tokens = vision.pre_layrnorm(vision.embeddings(pixels(clf)))
    expected = torch.zeros(4, 4)
    for block in vision.encoder.layers:
        weights: list[Any] = []
        with block.self_attn.register_forward_hook(lambda _m, _i, out: weights.append(out[1])):  # noqa: B023
            tokens = block(tokens, attention_mask=None)
            tokens = tokens if isinstance(tokens, torch.Tensor) else tokens[0]
        image = model.visual_projection(vision.post_layernorm(tokens[:, 0]))
        score = model.logit_scale.exp() * (image / image.norm()) @ phrases[1]
        (gradient,) = torch.autograd.grad(score.sum(), weights[0], retain_graph=True)
        expected += gradient.clamp(min=0).mean(dim=(0, 1, 2))[1:].reshape(4, 4)
    atol = 1e-5 * float(expected.max())
    np.testing.assert_allclose(one.values, expected - expected.min(), atol=atol)


def test_legrad_of_siglip_reads_its_pooling(siglip: Path) -> None:
    clf = gradcam.load_model(siglip, labels=TEXTS)
    result = gradcam.explain(clf, PHOTO)
    assert {m.method for m in result.maps} == {"legrad"}
    assert all(m.parameters["blocks"] == 3 for m in result.maps)
    assert all(m.values.shape == (4, 4) for m in result.maps)
    assert all(m.values.any() for m in result.maps)


def test_grad_cam_on_clip_is_refused_with_what_to_use(clip: Path, siglip: Path) -> None:
    clf = gradcam.load_model(clip, labels=TEXTS)
    with pytest.raises(gradcam.MethodError, match=r"not drawn for my-clip.*Use LeGrad"):
        gradcam.explain(clf, PHOTO, method="gradcam")
    assert gradcam.explain(clf, PHOTO, method="hirescam").maps[0].values.any()
    other = gradcam.load_model(siglip, labels=TEXTS)
    assert gradcam.explain(other, PHOTO, method="gradcam").maps[0].values.any()


def test_other_phrases_need_no_loading(clip: Path) -> None:
    clf = gradcam.load_model(clip, labels=TEXTS)
    other = clf.with_phrases(["a cat", "a hat"], template="a photo of {}")
    assert other.labels == ("a cat", "a hat")
    assert other.digest != clf.digest == gradcam.load_model(clip, labels=TEXTS).digest
    assert other.module.vision is clf.module.vision
    expected = transformers_logits(clip, ("a photo of a cat", "a photo of a hat"), pixels(clf))
    logits = {p.index: p.logit for p in gradcam.explain(other, PHOTO).predictions}
    assert [logits[0], logits[1]] == pytest.approx(expected.tolist(), abs=1e-4)


@pytest.mark.parametrize("name", ["clip", "siglip"])
def test_phrases_against_are_what_each_phrase_is_compared_with(
    name: str, request: pytest.FixtureRequest
) -> None:
    """A softmax over the phrase and those, for each phrase on its own."""
    folder = request.getfixturevalue(name)
    clf = gradcam.load_model(folder, labels=TEXTS).with_phrases(TEXTS[:2], ["grass", "sky"])
    assert (clf.labels, clf.against) == (TEXTS[:2], ("grass", "sky"))
    assert clf.multi_label
    z = transformers_logits(folder, (*TEXTS[:2], "grass", "sky"), pixels(clf)).double().exp()
    for one in gradcam.explain(clf, PHOTO).predictions:
        expected = float(z[one.index] / (z[one.index] + z[2:].sum()))
        assert one.probability == pytest.approx(expected, abs=1e-5)


def test_one_phrase(clip: Path, siglip: Path) -> None:
    with pytest.raises(gradcam.ClassError, match="compares phrases with each other"):
        gradcam.load_model(clip, labels=["a dog"])
    against = gradcam.load_model(clip).with_phrases(["a dog"], ["a photo"])
    assert against.labels == ("not a dog", "a dog")
    assert gradcam.load_model(siglip, labels=["a dog"]).labels == ("not a dog", "a dog")


def test_without_phrases_there_are_examples(clip: Path) -> None:
    assert "a cat" in gradcam.load_model(clip).labels


@pytest.mark.parametrize(
    ("phrases", "sentence"),
    [
        (["a dog", "  "], "A phrase is empty"),
        ([], "A phrase is empty"),
        (["a dog", "A  Dog "], "is there twice"),
        (["a dog", "very " * 10], f"tokens long, and my-clip reads {LONGEST}"),
        ([f"{n}" for n in range(101)], "There are 101 phrases"),
    ],
)
def test_phrases_that_cannot_be_read(clip: Path, phrases: list[str], sentence: str) -> None:
    clf = gradcam.load_model(clip, labels=TEXTS)
    with pytest.raises(gradcam.ClassError, match=sentence):
        clf.with_phrases(phrases)
    with pytest.raises(gradcam.ClassError, match="has no place for a phrase"):
        clf.with_phrases(TEXTS, template="a photo")


def test_siglip_reads_no_punctuation(siglip: Path) -> None:
    """As in training: what differs in case and punctuation alone is the same."""
    clf = gradcam.load_model(siglip, labels=["A Red, car!", "a dog"])
    plain = gradcam.load_model(siglip, labels=["a red car", "a dog"])
    torch.testing.assert_close(clf.module.phrases, plain.module.phrases)
    with pytest.raises(gradcam.ClassError, match="'!!!' has no words"):
        clf.with_phrases(["!!!", "a dog"])


def test_a_phrase_of_unknown_words(siglip: Path) -> None:
    """SigLIP's tokenizer here knows the letters a to z."""
    with pytest.raises(gradcam.ClassError, match="my-siglip knows no part of '犬'"):
        gradcam.load_model(siglip, labels=["犬", "a dog"])


def test_a_phrase_that_is_too_long_by_one(clip: Path) -> None:
    """One token a letter here, one each for the beginning and the end."""
    clf = gradcam.load_model(clip, labels=TEXTS)
    assert clf.with_phrases(["x" * (LONGEST - 2), "y"]).labels[1] == "y"
    with pytest.raises(gradcam.ClassError, match=f"{LONGEST + 1} tokens long"):
        clf.with_phrases(["x" * (LONGEST - 1), "y"])


def test_a_folder_without_a_tokenizer_says_so(clip: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(clip, tmp_path / "mine"))
    (folder / "tokenizer.json").write_text("{")
    with pytest.raises(gradcam.ModelError, match="tokenizer of mine cannot be read"):
        gradcam.load_model(folder, labels=TEXTS)
    for file in folder.glob("*token*"):
        file.unlink()
    with pytest.raises(gradcam.ModelError, match="without a tokenizer"):
        gradcam.load_model(folder, labels=TEXTS)


def test_code_in_the_tokenizer_is_never_run(clip: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(clip, tmp_path / "mine"))
    (folder / "mine.py").write_text(f"open({str(tmp_path / 'owned')!r}, 'w')\nclass T: pass\n")
    saved = json.loads((folder / "tokenizer_config.json").read_text())
    saved["auto_map"] = {"AutoTokenizer": ["mine.T", "mine.T"]}
    (folder / "tokenizer_config.json").write_text(json.dumps(saved))
    gradcam.load_model(folder, labels=TEXTS)
    assert not (tmp_path / "owned").exists()


def test_it_is_explained_like_any_other(clip: Path, tmp_path: Path) -> None:
    """Phrases name classes, layers end the sum, and what is saved can be read again."""
    clf = gradcam.load_model(clip, labels=TEXTS)
    names = [layer.name for layer in clf.layers() if layer.stage]
    result = gradcam.explain(clf, PHOTO, layer=names, classes=["a red car", TEXTS[2]])
    assert [m.prediction.label for m in result.maps[:2]] == ["a red car", TEXTS[2]]
    result.save(tmp_path)
    again = gradcam.load_explanation(tmp_path, PHOTO)
    np.testing.assert_array_equal(again.maps[0].values, result.maps[0].values)
    assert clf.preprocessing.crop == (SIZE, SIZE)
