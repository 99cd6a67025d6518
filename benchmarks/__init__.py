"""Benchmarks measure the product as ratios to a bare Django: `python -m benchmarks`."""
