"""The rows of many photos, worked out on a cluster block by block."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from gradcam.batches import chunks
from gradcam.photos import Given, bytes_of
from gradcam.rows import Block, Done, Rows, worked
from gradcam.spread.cluster import Cluster, blocks_per_item
from gradcam.watch import Watch

Group = Sequence[Block]


@dataclass(frozen=True)
class OnCluster:
    """A `gradcam.rows.Spread`: the same rows, worked out by a cluster's workers."""

    cluster: Cluster

    def work(self, blocks: Sequence[Block], rows: Rows, watch: Watch) -> Generator[Done]:
        """Yield what came of all blocks, in any order; `watch` is asked after each result."""
        groups = [_absolute(group) for group in chunks(blocks, blocks_per_item(len(blocks)))]
        with closing(self.cluster.run(groups, _Work(rows))) as found:
            for of_group in found:
                watch.check()
                yield from of_group


@dataclass(frozen=True)
class _Work:
    """The job of a worker."""

    rows: Rows

    def fetch(self, item: Group) -> Group:
        return [replace(b, photos=tuple(_with_bytes(one) for one in b.photos)) for b in item]

    def open(self) -> Callable[[Group], Sequence[Done]]:
        worker = self.rows.open()

        def work(item: Group) -> Sequence[Done]:
            # What was read need not travel back.
            return [_without_bytes(done) for done in worked(item, worker, 1, Watch())]

        return work


def _with_bytes(photo: Given) -> Given:
    """Return a photo with its bytes in place of its file, if there is one that can be read."""
    data = None if isinstance(photo.source, bytes) else bytes_of(photo.source)
    return photo if data is None else replace(photo, source=data)


def _absolute(group: Group) -> Group:
    """Return the blocks with whole paths, since workers have a folder of their own."""
    return [replace(b, photos=tuple(_whole(one) for one in b.photos)) for b in group]


def _whole(photo: Given) -> Given:
    if isinstance(photo.source, Path):
        return replace(photo, source=photo.source.absolute())
    return photo


def _without_bytes(done: Done) -> Done:
    photos = tuple(replace(one, source=b"") for one in done.block.photos)
    return replace(done, block=Block(photos, {}))
