"""Laws about names, texts and terms: what is written says one thing and can be read.

Belongs here: laws that look at words and dates alone.
"""
