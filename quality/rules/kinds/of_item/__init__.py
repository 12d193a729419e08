"""Kinds of rules that follow from an item and its element: one module each.

An item's `levels` may name any of them.
"""
