"""LeGrad, which reads the attention of a Vision Transformer instead of a layer's channels."""

from __future__ import annotations

import numpy as np

from gradcam.methods.base import Facts, MethodInput, MethodOutput


def le_grad(asked: MethodInput) -> MethodOutput:
    """LeGrad (Bousselham et al. 2024, arXiv:2404.03214, section 3): Σ_b E_b − min, (N, K, h, w).

    E_b = ReLU(∂s_b/∂A_b), averaged over heads and queries, at the patches, with A_b the attention
    of block b and s_b what the rest of the network makes of that block's own tokens: the class's
    logit, were the block the last one. The paper's code scores a CLIP block by the mean of its
    tokens; here each block is scored as the network scores its last one.

    The sum runs over the blocks that have begun when the layer asked for is computed, so the
    recommended layer gives the whole sum, and a row of layers shows it grow. `blocks` limits it to
    that many of them, counted back from there: 1 is the share of one block. A layer before the
    first block gets a map of zeros. The least value of the sum, which the paper's normalisation
    takes off every position, is kept as the map's `floor`.
    """
    attention = asked.clf.attention(asked.inputs, asked.classes)
    maps = {}
    facts: Facts = {}
    N, K = asked.classes.shape
    for layer in asked.layers:
        end = attention.until[layer]
        begin = max(0, end - (asked.options["blocks"] or end))
        sums = attention.maps[:, :, begin:end].sum(axis=2)
        floor = sums.min(axis=(2, 3))
        maps[layer] = sums - floor[..., None, None]
        for n, k in np.ndindex(N, K):
            facts[layer, n, k] = {"blocks": end - begin, "floor": float(floor[n, k])}
    return MethodOutput(maps, facts)
