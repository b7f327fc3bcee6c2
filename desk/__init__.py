"""The verbs: take in, open, claim, page, write back. One verb, one function, one transaction."""
