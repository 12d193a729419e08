"""The society: the made-up people, firms and places and their changes, from one seed.

Belongs here: facts. Keep out: how a department writes them down (`demo_city.writing`).
"""
