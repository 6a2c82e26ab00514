"""Benchmarks against peers and budgets: `make bench`.

Peers and the lab are timed in turns, on one thread and in CPU time, and compared as ratios, so that a
busy machine slows both alike.
"""
