"""Acts of officials on grants: applying, deciding, ending, and what is never used (二(二)、五(四)).

Belongs here: the order of store, audit log and files. Keep out: who may do what (`governance`).
"""
