"""Sources of signals: one module for each thing that opens cases by itself.

Each offers a function from what the lake holds to signals, cheap enough for the end of every run:
it reads ledgers or a few keyed rows, never a whole table. `flow.desk` lists them.
"""
