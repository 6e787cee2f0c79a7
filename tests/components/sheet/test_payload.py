"""What Python packs for the contact sheet, the viewer's own module unpacks."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from components.sheet import Tile, pack
from gradcam import Request
from gradcam.backends.numpy import NumpyClassifier
from gradcam.many import Glimpse, glimpses

ROOT = Path(__file__).resolve().parents[3]
NODE = shutil.which("node")
SCRIPT = """
import { readFileSync } from "node:fs"
const { unpack } = await import(process.argv[1])
const { token, colormaps, rows } = unpack(new Uint8Array(readFileSync(process.argv[2])))
const [{ id, size, title, share, unsure, jpeg, panels: [panel] }] = rows
const values = [...panel.values]
console.log(JSON.stringify({
  token, id, size, title, share, unsure, jpeg: [...jpeg], values, shape: panel.shape,
  window: panel.window, colours: colormaps[0].lut.length,
}))
"""


@pytest.mark.skipif(NODE is None, reason="Node is not installed")
def test_the_browser_reads_what_was_packed(tmp_path: Path) -> None:
    assert NODE is not None
    clf = NumpyClassifier(np.ones((2, 3)), np.array([[1, 0], [0, 2]]), labels=("猫", "dog"))
    photo = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    (found,) = glimpses(clf, [lambda: photo], Request(top_k=1))
    assert isinstance(found, Glimpse)
    file = tmp_path / "chunk"
    file.write_bytes(pack("t0", [Tile("id0", found, True)]))
    module = (ROOT / "components" / "viewer" / "payload.js").as_uri()
    command = [NODE, "--input-type=module", "-e", SCRIPT, module, str(file)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    read = json.loads(run.stdout)
    window = found.map.window
    assert read == {
        "token": "t0", "id": "id0", "size": [60, 40], "title": "dog", "unsure": True,
        "share": found.predictions[0].probability, "jpeg": list(found.jpeg),
        "values": found.map.values.ravel().tolist(), "shape": list(found.map.values.shape),
        "window": [window.left, window.top, window.right, window.bottom], "colours": 768,
    }  # fmt: skip
