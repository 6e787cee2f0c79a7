"""The process that reads a model file ends early: one sentence, and the next file works."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from gradcam.errors import WeightsError
from gradcam.vault import opened, opening

LOST = {
    "killed": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "crashed": "import os; os.abort()",
    "left": "raise SystemExit(3)",
    "half an answer": "open('found.json', 'w').write('{\"description\":')",
    "a link for an answer": "import os; os.symlink('/etc/passwd', 'found.json')",
}


@pytest.mark.parametrize("code", LOST.values(), ids=LOST)
def test_a_child_that_is_lost(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.safetensors"
    save_file({"weight": np.ones((2, 3), np.float32)}, file)
    (tmp_path / "child.py").write_text(code)
    with monkeypatch.context() as patched:
        patched.setattr(opening, "_CHILD", tmp_path / "child.py")
        with pytest.raises(WeightsError) as raised, opened(file):
            pass
    assert raised.value.message.startswith("mine.safetensors could not be ")
    assert "\n" not in str(raised.value)
    with opened(file) as safe:
        assert safe.shapes["weight"] == (2, 3)
