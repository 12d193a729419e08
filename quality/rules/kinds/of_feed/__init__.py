"""Kinds of rules that follow from a feed, or from its resource as a whole: one module each."""
