"""THE GRAPH: one module for each stop, in the order in which data travels.

They are landing, quality_gate, authoritative, shares, open_data, views.

Belongs here: asset and check factories whose bodies call one plain function of `flow.stops`.
Keep out: what a stop does to data (the packages below), when it runs (`pipelines`).
"""
