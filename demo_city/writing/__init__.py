"""Writing deliveries: from facts to the files that departments deliver, with planted defects.

Belongs here: texts, files, defects. Keep out: the facts themselves (`demo_city.society`).
"""
