"""Kinds of rules that follow from an item beside another item of its record: one module each.

Where the other item is empty or could not be cast nothing is said: that is another rule's to say.
"""
