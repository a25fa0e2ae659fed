"""``preview``: the pages as readers will see them, in a browser, anew whenever files change."""
