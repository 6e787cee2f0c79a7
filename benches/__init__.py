"""Speed and size, as ratios within one run (DESIGN section 6). `make bench` prints every row."""
