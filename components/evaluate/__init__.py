"""The Evaluate page: how far to trust the maps, and what a model goes by over a folder."""
