"""The shapes of the YAML files, as frozen pydantic models: one module for each kind of file.

Belongs here: fields, their types, and what can be said of one file alone. Keep out: anything that
needs a second file (`laws`), and reading files (`loader`).
"""
