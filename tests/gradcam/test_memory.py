"""Memory that is freed stays with the process once it is asked to, and goes when it is told."""

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


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc is told")
def test_what_was_kept_is_given_back():
    """40 MB stay when the array is gone, and go with `give_back`."""
    program = """
import numpy as np
from gradcam.memory import give_back, keep_freed

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 // 1_000_000

keep_freed()
before = resident()
np.ones(40_000_000 // 8).sum()
kept = resident() - before
give_back()
print(kept, resident() - before)
"""
    kept, left = subprocess.check_output([sys.executable, "-c", program], text=True).split()
    assert int(kept) >= 39
    assert int(left) < 10
