"""Memory that is freed stays with the process once it is asked to."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PROGRAM = """
import resource, sys
import numpy as np
from gradcam.memory import keep_freed

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def batch():
    np.ones(40_000_000 // 8).sum()  # 40 MB, which glibc maps and unmaps by itself

if sys.argv[1] == "keep":
    keep_freed()
batch()
before = faults()
for _ in range(5):
    batch()
print(faults() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc is told")
def test_a_batch_uses_the_memory_of_the_one_before():
    """A page is 4 KB: five batches of 40 MB touch 50,000 new ones, or hardly any."""
    faults = {
        how: int(subprocess.check_output([sys.executable, "-c", _PROGRAM, how], text=True))
        for how in ("plain", "keep")
    }
    assert faults["keep"] < 2_000
    if faults["plain"] > 10_000:  # fewer where the system gives out large pages
        assert faults["plain"] > 10 * faults["keep"]
