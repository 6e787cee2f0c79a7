"""Benchmarks of speed and memory, as ratios within one run (DESIGN section 6)."""
