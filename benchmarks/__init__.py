"""How fast the product is, as ratios to a bare Django: `python -m benchmarks`."""
