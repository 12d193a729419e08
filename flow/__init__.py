"""IN WHICH ORDER: the way of the data as plain functions, the same with and without Dagster.

Belongs here: one turn of a resource, what follows from the tables, one run, what failed in it.
Keep out: what a stop does to data (the packages below), Dagster (`assets`, `pipelines`).
"""
