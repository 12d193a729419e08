"""Workbooks: cells, merged cells, headers and hidden parts of XLSX, XLS and ODS.

Belongs here: one sheet as records of canonical text. Keep out: what `feeds.untrusted` keeps out.
"""
