"""The floor: the same pages as bare Django would make them, to measure the product against."""
