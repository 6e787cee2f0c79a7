"""Work spread over processes and machines, with Ray: the only place that imports it."""

from gradcam.spread.blocks import OnCluster
from gradcam.spread.cluster import THREADS, Cluster, Job, blocks_per_item

__all__ = ["THREADS", "Cluster", "Job", "OnCluster", "blocks_per_item"]
