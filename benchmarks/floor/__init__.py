"""The same pages as bare Django would make them: what the product is measured against."""
