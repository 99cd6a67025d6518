"""A crawl of the whole site as each kind of reader, which looks for words that are not for them."""
