"""The files of one open-data release: one module for each kind of file.

Belongs here: turning a release's facts into a file that a portal, a spreadsheet or a machine reads.
Keep out: whether the release may exist (`governance.disclosure`, `outlets.open_data.release`).
"""
