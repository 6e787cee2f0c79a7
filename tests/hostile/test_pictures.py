"""Image files made to do harm: a photo or an ImageError, at a bounded cost, one after the other."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# One process for all: its peak is the highest of them.
_CODE = r"""
import json, os, re, sys, time
from gradcam.decoding import decode
from gradcam.errors import ImageError
from tests.hostile import pictures
os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
made, found = getattr(pictures, sys.argv[1]), {}
for name, make in made.items():
    pid = os.fork()  # what making a file takes is not what reading it takes
    if pid == 0:
        with open("made", "wb") as file:
            file.write(make())
        os._exit(0)
    os.waitpid(pid, 0)
    with open("made", "rb") as file:
        data = file.read()
    start = time.perf_counter()
    try:
        said = str(decode(data)[0].shape)
    except ImageError as error:
        said = error.message
    except BaseException as error:
        said = "!" + type(error).__name__
    # Not ru_maxrss, which begins with what the process that started this one took.
    peak = int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1])
    found[name] = said, time.perf_counter() - start, peak
os.remove("made")
print(json.dumps(found))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs fork and /proc")
@pytest.mark.parametrize(
    ("which", "seconds", "megabytes"),
    [("BOMBS", 5, 300), pytest.param("GIANTS", 15, 600, marks=pytest.mark.heavy)],
)
def test_each_is_a_photo_or_an_error(
    which: str, seconds: float, megabytes: float, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CODE, which], cwd=tmp_path, capture_output=True, text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": ""}, timeout=280, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    for name, (said, took, peak) in found.items():
        assert not said.startswith("!"), (name, said)
        assert took < seconds, (name, took)
        assert peak < megabytes * 1024, (name, peak)
    assert list(tmp_path.iterdir()) == []
