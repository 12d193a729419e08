"""The second engine: the SQL of this project said to whatever answers Spark Connect.

Belongs here: its address, the closed list by which SQL is rendered for it, the one door to it. Keep
out: SQL of any stage; what is written comes from those who write it for DuckDB.
Vendors are imported inside functions of other packages only: they are an extra, and not installed
where one machine is enough.
"""
