"""Loading explanations: exactly what was saved, or one clear error for malicious files."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from dataclasses import fields, replace

import numpy as np
import pytest
from PIL import Image

import gradcam
from gradcam import files

NAME = "00-features-red_etc-gradcam"


def same(one, other) -> bool:
    """Compare field by field, and arrays bit by bit."""
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and (one == other).all()
    if isinstance(one, (gradcam.Explanation, gradcam.SaliencyMap)):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    if isinstance(one, tuple) and one and isinstance(one[0], gradcam.SaliencyMap):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other and type(one) is type(other)


def npz(result, folder) -> bytes:
    result.save(folder, pictures=False)
    return (folder / "maps.npz").read_bytes()


def rebuilt(data: bytes, change=None, **members: bytes | None) -> bytes:
    """Rebuild an NPZ: `change` edits its manifest; `members` are added, replaced or removed."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        found = {name.removesuffix(".npy"): file.read(name) for name in file.namelist()}
    if change:
        facts = json.loads(np.load(io.BytesIO(found["manifest"])).tobytes())
        change(facts)
        found["manifest"] = npy(np.frombuffer(json.dumps(facts).encode(), np.uint8))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in {**found, **members}.items():
            if content is not None:
                file.writestr(f"{name}.npy", content)
    return made.getvalue()


def npy(array: np.ndarray, **options) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def text(content: bytes) -> bytes:
    return npy(np.frombuffer(content, np.uint8))


def test_everything_is_loaded_identically(result, tmp_path) -> None:
    """From the folder, the NPZ in it, and that file's bytes."""
    first = replace(
        result.maps[0],
        sign="both",
        parameters={"samples": 8, "sigma": 0.1, "layers": ("a", "b"), "on": True, "seed": None},
    )
    saved = replace(result, maps=(first, replace(result.maps[1], sign="abs")))
    saved.save(tmp_path, gradcam.Look(scale="shared"))
    for source in (tmp_path, str(tmp_path / "maps.npz"), (tmp_path / "maps.npz").read_bytes()):
        loaded = gradcam.load_explanation(source, result.photo)
        assert same(saved, loaded)
        assert same(loaded.maps[0].on_image(), first.on_image())


def test_signed_zero_and_the_smallest_numbers_survive(make, tmp_path) -> None:
    saved = make([-0.0, 1e-45, 3.4e38, -1 / 3])
    saved.save(tmp_path)
    (loaded,) = gradcam.load_explanation(tmp_path, saved.photo).maps
    assert loaded.values.tobytes() == saved.maps[0].values.tobytes()


def test_saving_what_was_loaded_gives_the_same_bytes(result, tmp_path) -> None:
    data = npz(result, tmp_path)
    assert gradcam.load_explanation(data, result.photo).to_zip() == result.to_zip()


def test_a_different_photo_is_refused(result, tmp_path) -> None:
    data = npz(result, tmp_path)
    other = result.photo.copy()
    other[0, 0, 0] ^= 1
    with pytest.raises(gradcam.ImageError, match="not the photo that was explained: its pixels"):
        gradcam.load_explanation(data, other)
    with pytest.raises(gradcam.ImageError, match=r"it is 20 × 12 pixels, not 20 × 10"):
        gradcam.load_explanation(data, np.zeros((12, 20, 3), np.uint8))
    with pytest.raises(gradcam.ImageError, match="not an image"):
        gradcam.load_explanation(data, b"not one")
    Image.fromarray(result.photo).save(tmp_path / "photo.png")
    assert gradcam.load_explanation(data, tmp_path / "photo.png").maps


def test_the_manifest_contains_the_look(result, tmp_path) -> None:
    result.save(tmp_path, gradcam.Look(alpha=0.25, scale="shared"))
    for source in (tmp_path, tmp_path / "maps.npz"):
        look = files.Look(**files.read_manifest(source)["look"])
        assert look == files.Look(alpha=0.25, scale="shared")


def test_missing_files_are_named(result, tmp_path) -> None:
    for source, message in [("gone.npz", "gone.npz cannot be read"), ("", "no manifest.json")]:
        with pytest.raises(gradcam.GradcamError, match=message):
            gradcam.load_explanation(tmp_path / source, result.photo)
    result.save(tmp_path)
    (tmp_path / "maps.npz").unlink()
    with pytest.raises(gradcam.GradcamError, match=r"maps.npz cannot be read"):
        gradcam.load_explanation(tmp_path, result.photo)


def test_a_folder_whose_manifests_disagree_is_refused(result, tmp_path) -> None:
    result.save(tmp_path)
    for content, message in [
        (
            files.manifest(replace(result, request=replace(result.request, fit="pad"))),
            "different maps",
        ),
        ({"format": "gradcam-explanation/9"}, "in a format that cannot be read"),
        ([], "in a format that cannot be read"),
    ]:
        (tmp_path / "manifest.json").write_text(json.dumps(content))
        with pytest.raises(gradcam.GradcamError, match=message):
            gradcam.load_explanation(tmp_path, result.photo)
    for broken in (b"", b"{", b"\xff\xfe", b"[" * 100_000, b"1" * 5000):
        (tmp_path / "manifest.json").write_bytes(broken)
        with pytest.raises(gradcam.GradcamError, match="damaged"):
            gradcam.load_explanation(tmp_path, result.photo)


@pytest.mark.parametrize(
    ("keys", "value", "message"),
    [
        (("format",), None, "this version"),
        (("request", "fit"), "stretch", "manifest.request.fit is 'stretch'"),
        (("request", "fit"), ["crop"], "manifest.request.fit"),
        (("photo",), [], "manifest.photo"),
        (("photo", "height"), True, "manifest.photo.height is True"),
        (("predictions",), {}, "manifest.predictions"),
        (("predictions",), [], "no predictions"),
        (("predictions", 0, "probability"), 1.5, "class 0 with a probability of 1.5"),
        (("maps", 1, "class", "probability"), -1, "class 1 with a probability of -1"),
        (("maps", 1, "class", "index"), -1, "class -1 with"),
        (("predictions", 0, "probability"), "high", r"predictions\[0\].probability"),
        (("predictions", 0, "logit"), float("nan"), "logit is nan"),
        (("predictions", 0, "logit"), 10**400, "logit is 1000"),
        (("versions",), {"numpy": 2}, "versions.numpy is 2"),
        (("preprocessing", "crop"), [1, 2, 3], "preprocessing.crop"),
        (("maps", 0, "sign"), "tanh", "sign is 'tanh'"),
        (("maps", 0, "parameters"), {"a": [float("inf")]}, "parameters.a is inf"),
        (("maps", 0, "class"), None, "class is None"),
        (("maps", 0, "shape"), [-1, -64], "no values"),
        (("maps", 0, "shape"), [64, 1], "unexpected type or shape"),
        (("maps", 0, "shape"), [10**9, 10**9], "too large"),
        (("maps", 0, "window", "right"), 5, "empty or too large"),
        (("maps", 0, "window", "left"), -1e200, "empty or too large"),
        (("maps", 0, "name"), "../../etc/passwd", "contains no"),
        (("maps", 0, "name"), "/etc/passwd", "contains no"),
        (("maps", 0, "name"), "manifest", "too large|unexpected type or shape"),
    ],
)
def test_a_manifest_of_wrong_types_is_refused(result, tmp_path, keys, value, message) -> None:
    def change(facts) -> None:
        for key in keys[:-1]:
            facts = facts[key]
        facts[keys[-1]] = value

    with pytest.raises(gradcam.GradcamError, match=message):
        gradcam.load_explanation(rebuilt(npz(result, tmp_path), change), result.photo)


def test_missing_keys_are_named(result, tmp_path) -> None:
    data = rebuilt(npz(result, tmp_path), lambda facts: facts["maps"][1].pop("window"))
    with pytest.raises(gradcam.GradcamError, match=r"maps\[1\].window is missing. Save"):
        gradcam.load_explanation(data, result.photo)


def as_format_1(facts, activation: str, **first) -> None:
    """Rewrite a manifest of one layer as format 1; `first` changes the first map's entry."""
    facts["format"] = "gradcam-explanation/1"
    facts["fit"] = facts.pop("request")["fit"]
    for entry in facts["maps"]:
        del entry["sign"], entry["took_gradient"]
        entry["activation"] = activation
    facts["maps"][0].update(first)


@pytest.mark.parametrize(
    ("activation", "sign"),
    [("relu", "for"), ("none", "both"), ("against", "against"), ("abs", "abs")],
)
def test_format_1_is_read(result, tmp_path, activation: str, sign: str) -> None:
    """Its activations become signs, and its request is inferred from the maps."""
    result = replace(result, request=replace(result.request, fit="pad"))
    old = rebuilt(npz(result, tmp_path), lambda facts: as_format_1(facts, activation))
    loaded = gradcam.load_explanation(old, result.photo)
    assert loaded.request == gradcam.Request(("features",), classes=(0, 1), fit="pad", sign=sign)
    assert files.read_manifest(old)["maps"][0]["sign"] == sign
    assert same(loaded.predictions, result.predictions)
    for ours, theirs in zip(loaded.maps, result.maps, strict=True):
        assert same(ours, replace(theirs, sign=sign))
    assert same(loaded.maps[0].heat(), replace(result.maps[0], sign=sign).heat())


@pytest.mark.parametrize(
    ("rectified", "sign"), [("relu", "for"), ("against", "abs"), ("abs", "abs")]
)
def test_fused_maps_of_format_1_are_read(result, tmp_path, rectified: str, sign: str) -> None:
    """They were positive whatever the sign, so evidence against the class is shown as "abs"."""
    parameters = {"fusion": "mean", "rectified": rectified}
    old = rebuilt(
        npz(replace(result, maps=result.maps[:1]), tmp_path),
        lambda facts: as_format_1(facts, "relu", layer="mix + features", parameters=parameters),
    )
    loaded = gradcam.load_explanation(old, result.photo)
    (fused,) = loaded.maps
    assert fused.sign == sign
    assert fused.parameters == {"fusion": "mean"}
    assert fused.values.min() >= 0
    assert fused.heat().max() == 1
    assert loaded.request.layers == ("mix", "features")
    assert loaded.request.fuse == "mean"


def test_options_of_format_1_are_the_requested_ones(result, tmp_path) -> None:
    """Where the method overrode an option, the requested value is under "asked"."""
    parameters = {
        "gamma": 0.9, "nearest": 1, "against": [2], "asked": {"against": []}, "augment": True,
    }  # fmt: skip
    old = rebuilt(
        npz(replace(result, maps=result.maps[:1]), tmp_path),
        lambda facts: as_format_1(facts, "relu", method="finercam", parameters=parameters),
    )
    request = gradcam.load_explanation(old, result.photo).request
    options = {"gamma": 0.9, "nearest": 1}
    assert request == gradcam.Request(("features",), "finercam", options, (0,), augment=True)


@pytest.mark.parametrize(("method", "took"), [("gradcam", True), ("eigencam", False)])
def test_format_1_took_the_gradients_its_method_takes(result, tmp_path, method, took) -> None:
    old = rebuilt(
        npz(result, tmp_path),
        lambda facts: [
            as_format_1(facts, "relu"), *(m.update(method=method) for m in facts["maps"])
        ],
    )  # fmt: skip
    loaded = gradcam.load_explanation(old, result.photo)
    assert [m.took_gradient for m in loaded.maps] == [took, took]


def test_format_1_is_checked_too(result, tmp_path) -> None:
    def damaged(change) -> bytes:
        def both(facts) -> None:
            as_format_1(facts, "relu")
            change(facts)

        return rebuilt(npz(result, tmp_path), both)

    for change, message in [
        (lambda facts: facts.pop("fit"), "manifest is damaged"),
        (lambda facts: facts["maps"][0].pop("activation"), "manifest is damaged"),
        (lambda facts: facts["maps"][0].update(activation="tanh"), "sign is 'tanh'"),
        (lambda facts: facts["maps"][0].update(method="grad"), "'grad' is not a method"),
        (lambda facts: facts.update(fit="stretch"), "fit is 'stretch'"),
        (lambda facts: facts.update(maps=3), "manifest is damaged"),
    ]:
        with pytest.raises(gradcam.GradcamError, match=message):
            gradcam.load_explanation(damaged(change), result.photo)


PICKLE = npy(np.array([{"a": 1}], object), allow_pickle=True)
HUGE = npy(np.zeros(1, np.float32)).replace(b"(1,), }" + b" " * 12, b"(99999999999999,), }")[:128]


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({NAME: None}, "contains no '00-features"),
        ({"manifest": None}, "contains no 'manifest'"),
        ({NAME: b""}, "damaged"),
        ({NAME: npy(np.zeros((8, 8)))}, "unexpected type or shape"),
        ({NAME: npy(np.zeros((8, 8), np.float32, "F"))}, "unexpected type or shape"),
        ({NAME: npy(np.full((8, 8), np.nan, np.float32))}, "NaN"),
        ({NAME: npy(np.zeros((9, 8), np.float32))}, "unexpected type or shape"),
        ({NAME: npy(np.zeros((90, 80), np.float32))}, "too large"),
        ({NAME: PICKLE}, "unexpected type or shape"),
        ({"manifest": PICKLE}, "unexpected type or shape"),
        ({"manifest": HUGE}, "unexpected type or shape"),
        ({"manifest": text(b"{")}, "manifest is damaged"),
        ({"manifest": text(b"[]")}, "this version"),
        ({"manifest": text(b"[" * 100_000)}, "manifest is damaged"),
        ({"../evil": b""}, "'../evil.npy', which is not the name of a map"),
        ({"/evil": b""}, "not the name of a map"),
        ({"C:\\evil": b""}, "not the name of a map"),
    ],
)
def test_a_malicious_npz_is_refused(result, tmp_path, members, message) -> None:
    with pytest.raises(gradcam.GradcamError, match=message):
        gradcam.load_explanation(rebuilt(npz(result, tmp_path), **members), result.photo)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(method) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as file:
        file.writestr("manifest.npy", text(b"{}"))
    with pytest.raises(gradcam.GradcamError, match="unsupported compression"):
        files.read_manifest(made.getvalue())


def test_a_bomb_is_not_unpacked(result) -> None:
    """A manifest of 200 MB in 200 KB is not unpacked, even if it claims to be smaller."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr("manifest.npy", text(b" " * 200_000_000))
    data = made.getvalue()
    tracemalloc.start()
    with pytest.raises(gradcam.GradcamError, match="too large"):
        gradcam.load_explanation(data, result.photo)
    # The same, lying about its size.
    lying = data.replace((200_000_128).to_bytes(4, "little"), (500).to_bytes(4, "little"))
    with pytest.raises(gradcam.GradcamError):
        gradcam.load_explanation(lying, result.photo)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_directory_too_large_is_not_read(result, tmp_path) -> None:
    data = npz(result, tmp_path)
    size = (1 << 30).to_bytes(4, "little")
    with pytest.raises(gradcam.GradcamError, match="directory is too large"):
        gradcam.load_explanation(data[:-10] + size + data[-6:], result.photo)
    zip64 = data[:-22] + b"PK\6\7" + bytes(16) + data[-22:]
    with pytest.raises(gradcam.GradcamError, match="larger than 2 GB"):
        gradcam.load_explanation(zip64, result.photo)


@pytest.mark.filterwarnings("error")
def test_damaged_bytes_give_the_same_or_one_sentence(result, tmp_path) -> None:
    """Random bytes changed, or the file truncated: the right numbers, or GradcamError."""
    data, rng = npz(result, tmp_path), np.random.default_rng(0)
    refused = 0
    for n in range(600):
        broken = bytearray(data)
        for at in rng.integers(0, len(data), 1 + n % 3):
            broken[at] = rng.integers(256)
        source = bytes(broken[: rng.integers(len(data))] if n % 5 == 0 else broken)
        try:
            loaded = gradcam.load_explanation(source, result.photo)
        except gradcam.GradcamError:
            refused += 1
        else:
            assert same(loaded, result)
    assert refused > 300
