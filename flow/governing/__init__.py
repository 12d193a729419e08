"""Acts of officials on grants and matters: applying, deciding, ending, what is unused (二、五、六).

Belongs here: the order of store, audit log and files. Keep out: who may do what (`governance`).
"""
