"""The level page as it was in version 2174e6e: the yardstick of P5, so it is never made faster.

Its templates, its kept markup and its three queries are those of that version. It knows no address
of the product, so that pages may move; questions and rows it takes from today's models.
"""
