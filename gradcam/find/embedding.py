"""Arranging the photos of a class by how alike their heat is: spectral relevance analysis.

After Lapuschkin et al. 2019 (SpRAy, doi:10.1038/s41467-019-08987-4): a graph of nearest neighbours,
the spectrum of its symmetric normalised Laplacian, whose eigengap says into how many groups it
falls, clusters in the coordinates of its first eigenvectors (von Luxburg 2007, section 4), and two
dimensions to look at (t-SNE). The parts are scikit-learn's and SciPy's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradcam.types import Floats

NEIGHBOURS = 10
EIGENVALUES = 20  # of which the gap is looked for
NOWHERE = -1  # the cluster of photos that belong to none
_FEWEST = 4  # different photos; fewer are not arranged
_SMALLEST = 4  # photos in a cluster
_DENSE = 400  # photos up to which the whole spectrum is computed
_PERPLEXITY = 20
_COMPONENTS = 30  # that t-SNE sees
_SEED = 0

Wide = NDArray[np.float64]
Labels = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Embedding:
    """Photos arranged by likeness, each array in the order of the photos.

    points : float32 (n, 2) in [0, 1], to look at only; NaN for photos without heat.
    clusters : (n,) by density (HDBSCAN), numbered from 0 by size, `NOWHERE` for outliers.
    groups : (n,) by k-means, as many as the gap says; `NOWHERE` for photos without heat.
    eigenvalues : the smallest of the Laplacian, ascending, at most `EIGENVALUES`; empty if there
        were too few photos to arrange.
    gap : how many of them come before the largest step: the number of groups it suggests.
    """

    points: Floats
    clusters: Labels
    groups: Labels
    eigenvalues: Wide
    gap: int


def embed(vectors: Floats, neighbours: int = NEIGHBOURS) -> Embedding:
    """Arrange photos by one vector each.

    Equal vectors are arranged as one, because more copies of a photo than it has neighbours would
    be a group of their own. Equal input gives equal output on one machine.

    Parameters
    ----------
    vectors : float32 (n, d); a row of NaN is a photo without heat.
    neighbours : how many nearest neighbours each photo is joined with; fewer if there are no more.
    """
    known = np.flatnonzero(np.isfinite(vectors).all(axis=1))
    unique, which = np.unique(vectors[known], axis=0, return_inverse=True)
    found = _few(len(unique)) if len(unique) < _FEWEST else _arranged(unique, neighbours)
    points = np.full((len(vectors), 2), np.nan, np.float32)
    points[known] = found.points[which]
    clusters, groups = (np.full(len(vectors), NOWHERE, np.intp) for _ in range(2))
    clusters[known], groups[known] = found.clusters[which], found.groups[which]
    return Embedding(points, _by_size(clusters), _by_size(groups), found.eigenvalues, found.gap)


def candidates(vectors: Wide, neighbours: int = NEIGHBOURS) -> Iterator[NDArray[np.bool_]]:
    """Yield groups of photos (n,) that may belong together: clusters of several sizes and kinds.

    vectors : (n, d), all different, of at least four photos.
    """
    with _one_thread():
        values, coordinates = _spectrum(vectors, neighbours)
        gap = _gap(values)
        for count in sorted({2, 3, 5, 8, gap}):
            if count * _SMALLEST <= len(vectors):
                yield from _each(_means(_unit(coordinates[:, : max(count, 2)]), count))
        for count in sorted({max(gap, 2), 5}):
            yield from _each(_dense(_unit(coordinates[:, :count])))


def _each(labels: Labels) -> Iterator[NDArray[np.bool_]]:
    for name in range(int(labels.max(initial=NOWHERE)) + 1):
        yield labels == name


def _few(count: int) -> Embedding:
    """Return so many photos in a row, in one group."""
    along = (np.arange(count, dtype=np.float32) + 0.5) / max(count, 1)
    points = np.stack([along, np.full(count, 0.5, np.float32)], axis=1)
    none = np.full(count, NOWHERE, np.intp)
    return Embedding(points, none, np.zeros(count, np.intp), np.empty(0), min(count, 1))


def _arranged(vectors: Floats, neighbours: int) -> Embedding:
    with _one_thread():
        values, coordinates = _spectrum(vectors, neighbours)
        gap = _gap(values)
        unit = _unit(coordinates[:, : max(gap, 2)])
        return Embedding(_flat(vectors), _dense(unit), _means(unit, gap), values, gap)


def _gap(eigenvalues: Wide) -> int:
    return int(np.argmax(np.diff(eigenvalues))) + 1


def _unit(coordinates: Wide) -> Wide:
    """Scale each photo's coordinates to length one (Ng, Jordan and Weiss 2001)."""
    lengths = np.linalg.norm(coordinates, axis=1, keepdims=True)
    unit: Wide = coordinates / np.maximum(lengths, np.finfo(np.float64).tiny)
    return unit


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep to one thread: for so little work, starting others takes longer than they save."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


def _spectrum(vectors: Floats | Wide, neighbours: int) -> tuple[Wide, Wide]:
    """Return the Laplacian's smallest eigenvalues, ascending, and their eigenvectors (n, k)."""
    from scipy.sparse import identity
    from scipy.sparse.csgraph import laplacian
    from scipy.sparse.linalg import eigsh
    from sklearn.neighbors import kneighbors_graph

    count = len(vectors)
    joined = kneighbors_graph(vectors, min(neighbours, count - 1))
    wanted = min(EIGENVALUES, count)
    matrix = laplacian(joined.maximum(joined.T), normed=True)
    if count <= _DENSE:
        values, found = np.linalg.eigh(matrix.toarray())
        values, found = values[:wanted], found[:, :wanted]
    else:
        # The largest of 2 − L are found much sooner than the smallest of L.
        start = np.random.default_rng(_SEED).standard_normal(count)
        flipped = 2 * identity(count) - matrix
        mirrored, found = eigsh(flipped, wanted, which="LA", v0=start)
        order = np.argsort(-mirrored)
        values, found = 2 - mirrored[order], found[:, order]
    return np.clip(values, 0, 2), found


def _dense(coordinates: Wide) -> Labels:
    from sklearn.cluster import HDBSCAN

    smallest = min(_SMALLEST, len(coordinates))
    found = HDBSCAN(min_cluster_size=smallest, copy=True).fit_predict(coordinates)
    labels: Labels = found.astype(np.intp)
    return labels


def _means(coordinates: Wide, count: int) -> Labels:
    from sklearn.cluster import KMeans

    found = KMeans(count, n_init=4, random_state=_SEED).fit_predict(coordinates)
    labels: Labels = found.astype(np.intp)
    return labels


def _flat(vectors: Floats) -> Floats:
    """Return two dimensions in which near photos stay near, scaled to [0, 1]."""
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    count = len(vectors)
    few = min(_COMPONENTS, *vectors.shape)
    narrow = PCA(few, random_state=_SEED).fit_transform(vectors)
    perplexity = min(_PERPLEXITY, (count - 1) / 3)
    found = TSNE(init="pca", perplexity=perplexity, max_iter=500, random_state=_SEED).fit_transform(
        narrow
    )
    low, span = found.min(axis=0), np.ptp(found, axis=0).max()
    # Both axes on one scale, and the shorter in the middle.
    inside = (found - low - np.ptp(found, axis=0) / 2) / max(span, 1e-12) + 0.5
    points: Floats = inside.astype(np.float32)
    return points


def _by_size(labels: Labels) -> Labels:
    """Number clusters from 0, the largest first; `NOWHERE` stays."""
    names, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    order = sorted(range(len(names)), key=lambda n: (-sizes[n], first[n]))
    ranked = [names[n] for n in order if names[n] != NOWHERE]
    number = {name: n for n, name in enumerate(ranked)}
    return np.array([number.get(name, NOWHERE) for name in labels], np.intp)
