"""Codes of administrative divisions through the years: the data (SOURCE.txt), and reading them."""
