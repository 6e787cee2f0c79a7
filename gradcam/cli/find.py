"""`gradcam find FOLDER…`: what a model goes by over a folder, and which of it is suspect."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from functools import partial

from tqdm import tqdm

from gradcam.cli.models import load
from gradcam.cli.spread import spread_of, take_process
from gradcam.cli.terminal import on_a_line
from gradcam.find import Found, find
from gradcam.find.files import PAGE, write
from gradcam.rows import collect
from gradcam.text import count, figures
from gradcam.watch import Watch

NOTHING_DONE = 2


def run(options: argparse.Namespace) -> int:
    """Explain every photo, arrange each class, and print a sentence for each suspect."""
    take_process(options)
    given = collect(options.images, options.out)
    if not given:
        print("No images were found. Use JPEG, PNG, WebP, GIF, BMP or TIFF files.", file=sys.stderr)
        return NOTHING_DONE
    clf = load(options)
    with tqdm(total=len(given), unit="image", file=sys.stderr, disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        found = find(
            clf, given, options.out, explain=options.explain, layer=options.layer,
            method=options.method, fit=options.fit, jobs=options.jobs, watch=Watch(progress),
            loads=partial(load, options), spread=spread_of(options),
        )  # fmt: skip
    write(found, options.out)
    return _tell(found, options)


def _tell(found: Found, options: argparse.Namespace) -> int:
    failed = found.rows.filter(found.rows["error"].is_valid()).select(["file", "error"]).to_pylist()
    for row in failed:
        print(f"{on_a_line(row['file'])}: {on_a_line(row['error'])}", file=sys.stderr)
    done = found.rows.num_rows - len(failed)
    suspects = found.suspects()
    if options.json:
        told = [asdict(one) | {"strong": one.strong} for one in suspects]
        summary = {"done": done, "failed": len(failed), "out": str(options.out)}
        print(json.dumps({"summary": summary, "suspects": told}))
    else:
        for one in suspects:
            print(f"{figures(one.score):>6}  {'' if one.strong else 'weak: '}{one.sentence}")
        if not suspects:
            print("No group of photos stands apart from the rest of its class.")
        explained = count(found.rows.num_rows, "image")
        print(f"{done} of {explained} explained in {on_a_line(options.out)}: see {PAGE}.")
    return NOTHING_DONE if not done else 1 if failed else 0
