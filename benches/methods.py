"""Every method against Grad-CAM, and Score-CAM and Ablation-CAM against pytorch-grad-cam.

Score-CAM and Ablation-CAM explain one class at ResNet-18's layer4 with all 512 channels;
pytorch-grad-cam gets the same random weights and the same input.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from itertools import count
from threading import Event, Thread

import numpy as np
import psutil
import torch

import gradcam
from benches.apart import tell
from benches.table import Row, medians
from benches.torch_speed import both, network_input
from gradcam.backends import Classifier

TOP = 5
GRADIENT = ("gradcam++", "hirescam", "layercam", "xgradcam", "finercam", "eigengradcam")


def rows() -> Iterator[Row]:
    """Measure ratios of times, and peak memory."""
    torch.set_num_threads(2)
    photo = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
    yield from _gradient_methods(photo)
    yield from _slow_methods(photo)


def _gradient_methods(photo: np.ndarray) -> Iterator[Row]:
    """Measure from photo to maps of the top five at ResNet-50's last stage."""
    _, clf = both("resnet50")
    turn = count()
    jobs = [_job(clf, photo, method, turn) for method in ("gradcam", *GRADIENT)]
    plain, *others = medians(jobs)
    for method, taken in zip(GRADIENT, others, strict=True):
        what = f"resnet50, top {TOP}: {gradcam.METHODS[method].title} / Grad-CAM"
        yield Row(what, taken / plain, "×", 1.15, note=f"{taken:.1f} ms")


def _job(
    clf: Classifier, photo: np.ndarray, method: str, turn: Iterator[int]
) -> Callable[[], object]:
    def run() -> object:
        # Change the photo each time: one already seen needs no forward pass.
        x = photo.copy()
        x[0, :3, 0] = np.frombuffer(next(turn).to_bytes(3, "little"), np.uint8)
        return gradcam.explain(clf, x, method=method, top_k=TOP)

    return run


def _slow_methods(photo: np.ndarray) -> Iterator[Row]:
    from pytorch_grad_cam import AblationCAM, ScoreCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    plain, clf = both("resnet18")
    x = network_input("resnet18", photo)
    for method, peer, least in (("scorecam", ScoreCAM, 1.2), ("ablationcam", AblationCAM, 20)):
        ours, peak = _watched(
            lambda method=method: gradcam.explain(clf, photo, method=method, classes=[3])
        )
        module = copy.deepcopy(plain)
        with peer(model=module, target_layers=[module.layer4]) as cam:
            theirs, _ = _watched(
                lambda cam=cam: cam(input_tensor=x, targets=[ClassifierOutputTarget(3)])
            )
        title = gradcam.METHODS[method].title
        what = f"resnet18 layer4, {title}: pytorch-grad-cam / ours"
        yield Row(what, theirs / ours, "×", least, at_least=True, note=f"{ours:.2f} s")
        yield Row(f"resnet18 layer4, {title}: peak memory", peak, "MB", 1500)


def _watched(job: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds of the faster of two runs, and the peak resident megabytes."""
    process, ended = psutil.Process(), Event()
    peak = 0.0

    def watch() -> None:
        nonlocal peak
        while not ended.is_set():
            peak = max(peak, process.memory_info().rss / 1e6)
            time.sleep(0.02)

    watcher = Thread(target=watch)
    watcher.start()
    times = []
    for _ in range(2):
        start = time.perf_counter()
        job()
        times.append(time.perf_counter() - start)
    ended.set()
    watcher.join()
    return min(times), peak


if __name__ == "__main__":
    tell(rows)
