"""Saving an explanation: complete, self-describing folders."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import gradcam
from gradcam import files, saliency
from gradcam.files import write

KINDS = ("overlay", "colormap", "grey", "grey16")


def saved_manifest(folder) -> dict:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_the_files_written(result, tmp_path) -> None:
    folder = tmp_path / "deep" / "out"
    written = result.save(folder)
    assert sorted(written) == sorted(folder.iterdir())
    names = ["00-features-red_etc-gradcam", "01-features-green-gradcam"]
    pictures = [f"{name}-{kind}.png" for name in names for kind in KINDS]
    assert [path.name for path in written] == [*pictures, "maps.npz", "manifest.json"]
    assert saved_manifest(folder)["files"] == [*pictures, "maps.npz"]
    assert all(Image.open(p).size == (20, 10) for p in written if p.suffix == ".png")


def test_numbers_without_pictures(result, tmp_path) -> None:
    written = result.save(tmp_path, pictures=False)
    assert [path.name for path in written] == ["maps.npz", "manifest.json"]
    facts = saved_manifest(tmp_path)
    assert facts["look"] is None
    with np.load(tmp_path / "maps.npz") as raw:
        assert set(raw) == {"manifest", *(m["name"] for m in facts["maps"])}
    assert gradcam.load_explanation(tmp_path, result.photo).maps[0].peak == result.maps[0].peak


def test_the_npz_contains_raw_maps_and_upsampled_ones(make, tmp_path) -> None:
    """Evidence against a class stays negative in both."""
    explanation = make([-4.0, 2.0])
    explanation.save(tmp_path)
    (entry,) = saved_manifest(tmp_path)["maps"]
    with np.load(tmp_path / "maps.npz", allow_pickle=False) as raw:
        assert set(raw) == {"manifest", entry["name"], f"{entry['name']}/photo"}
        np.testing.assert_array_equal(raw[entry["name"]], explanation.maps[0].values)
        placed = raw[f"{entry['name']}/photo"]
    assert placed.dtype == np.float32
    np.testing.assert_array_equal(placed, np.tile(np.repeat([-4, 2], 10), (10, 1)))


def test_upsampled_maps_equal_placed_ones(result, tmp_path) -> None:
    result.save(tmp_path)
    with np.load(tmp_path / "maps.npz") as raw:
        for entry, m in zip(saved_manifest(tmp_path)["maps"], result.maps, strict=True):
            expected = saliency.place(m.values, m.window, (10, 20))
            np.testing.assert_array_equal(raw[f"{entry['name']}/photo"], expected)


def test_the_manifest_says_how_the_maps_were_made(result, tmp_path) -> None:
    first = replace(
        result.maps[0], sign="abs", parameters={"samples": np.int64(8), "of": ("a", "b")}
    )
    replace(result, maps=(first, result.maps[1])).save(
        tmp_path, gradcam.Look("magma", alpha=0.25, threshold=0.5, scale=2)
    )
    facts = saved_manifest(tmp_path)
    assert facts["photo"] == {"sha256": result.photo_digest, "height": 10, "width": 20}
    assert facts["model"] == {"id": "memory/numpy", "sha256": result.model_digest}
    assert facts["request"]["fit"] == "crop"
    assert facts["request"]["classes"] == [0, 1]
    assert facts["preprocessing"]["crop"] == [8, 8]
    assert facts["versions"]["numpy"] == np.__version__
    assert facts["look"] == {"colormap": "magma", "alpha": 0.25, "threshold": 0.5, "scale": 2}
    one, two = facts["maps"]
    assert (one["layer"], one["method"], one["sign"]) == ("features", "gradcam", "abs")
    assert one["parameters"] == {"samples": 8, "of": ["a", "b"]}
    assert one["class"]["label"] == "red / ../etc"
    assert one["window"] == {"left": 5, "top": 0, "right": 15, "bottom": 10}
    assert (one["minimum"], one["maximum"], one["scale"]) == (0, result.maps[0].peak, 2)
    assert "gradient" in two["empty"] or "evidence" in two["empty"]


def test_a_shared_scale_by_hand(make, tmp_path) -> None:
    """Peaks 1, 4 and -2 are 255, 255 and 0 each at its own scale; at a shared one 64, 255 and 0."""
    explanation = make([0.0, 1.0], [4.0, 4.0], [-2.0, -3.0])
    for scale, levels, scales in [
        ("each", [[0, 255], [255, 255], [0, 0]], [1, 4, 0]),
        ("shared", [[0, 64], [255, 255], [0, 0]], [4, 4, 4]),
        (2, [[0, 128], [255, 255], [0, 0]], [2, 2, 2]),
    ]:
        explanation.save(tmp_path, gradcam.Look(scale=scale))
        found = [np.asarray(Image.open(p))[0, [0, 19]] for p in sorted(tmp_path.glob("*-grey.png"))]
        np.testing.assert_array_equal(found, levels)
        assert [m["scale"] for m in saved_manifest(tmp_path)["maps"]] == scales


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("sign", ["for", "abs", "both"])
@pytest.mark.parametrize("value", [0.0, -1.0, 1.0, 1e-45, 3e38])
def test_a_constant_map_is_saved_without_a_warning(make, tmp_path, value, sign) -> None:
    explanation = make([value, value], sign=sign)
    for scale in ("each", "shared"):
        explanation.save(tmp_path, gradcam.Look(scale=scale))
        (grey,) = tmp_path.glob("*-grey.png")
        drawn = np.abs(value) if sign == "abs" else value
        top = {"both": (128 + 127.5 * np.sign(value))}.get(sign, 255 * (drawn > 0))
        np.testing.assert_array_equal(np.asarray(Image.open(grey)), np.uint8(top))
    for array in np.load(tmp_path / "maps.npz").values():
        assert np.isfinite(array).all()


@pytest.mark.filterwarnings("error")
def test_an_empty_map_leaves_the_photo_unchanged(result, tmp_path) -> None:
    result.save(tmp_path)
    (overlay,) = tmp_path.glob("01-*-overlay.png")
    np.testing.assert_array_equal(np.asarray(Image.open(overlay)), result.photo)
    (grey,) = tmp_path.glob("01-*-grey.png")
    assert not np.asarray(Image.open(grey)).any()


def test_names_of_any_script_and_length_fit_every_file_system(result) -> None:
    label = "猫の写真" * 40 + "\ud800/../\0"
    prediction = replace(result.maps[0].prediction, label=label)
    long = replace(
        result, maps=(replace(result.maps[0], prediction=prediction, layer=label),) * 101
    )
    names = [m["name"] for m in files.manifest(long)["maps"]]
    assert len(set(names)) == 101
    assert names == sorted(names)
    assert all(len(name.encode()) < 200 and "/" not in name for name in names)


def test_an_interrupted_save_is_recognised(result, tmp_path, monkeypatch) -> None:
    """The second save fails at its numbers, leaving no manifest and nothing half written."""
    result.save(tmp_path)
    before = (tmp_path / "maps.npz").read_bytes()

    def fails(file, *_, **__) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "write_npz", fails)
    with pytest.raises(gradcam.GradcamError, match=r"No space left.*free some space"):
        result.save(tmp_path)
    assert (tmp_path / "maps.npz").read_bytes() == before
    assert not (tmp_path / "manifest.json").exists()
    assert not list(tmp_path.glob(".*"))
    with pytest.raises(gradcam.GradcamError, match="saving did not finish"):
        gradcam.load_explanation(tmp_path, result.photo)


def test_a_failed_save_says_why(result, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(gradcam.GradcamError, match="cannot be written to"):
        result.save(tmp_path / "file")
    broken = replace(result.maps[0], values=np.float32([[np.nan]]))
    with pytest.raises(gradcam.NonFiniteError, match="NaN"):
        replace(result, maps=(broken,)).save(tmp_path / "new")
    odd = replace(result.maps[0], parameters={"f": print})
    with pytest.raises(gradcam.GradcamError, match="cannot be written to a manifest"):
        replace(result, maps=(odd,)).save(tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("look", "message"),
    [
        ({"colormap": "turbu"}, "Nearest: turbo"),
        ({"alpha": 1.5}, "between 0 and 1"),
        ({"alpha": float("nan")}, "between 0 and 1"),
        ({"threshold": -0.1}, "between 0 and 1"),
        ({"scale": 0}, "above 0"),
        ({"scale": float("nan")}, "above 0"),
        ({"scale": "all"}, "shared"),
    ],
)
def test_a_look_is_checked_before_anything_is_written(result, tmp_path, look, message) -> None:
    with pytest.raises(gradcam.GradcamError, match=message):
        result.save(tmp_path / "out", gradcam.Look(**look))
    assert not (tmp_path / "out").exists()
