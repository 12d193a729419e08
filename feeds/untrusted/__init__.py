"""The reading process: the parsing of files that anybody may have made.

Belongs here: binary formats and archives, from bytes to pieces of text, under limits. Keep out:
pydantic, numpy, polars, DuckDB (a child process starts for every such file, so it imports little),
the catalogue, and whatever a text means. `feeds.isolation` is the other end.
"""
