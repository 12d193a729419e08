"""THE DOCTOR: faults of a home, each with its remedy, and how much room it takes.

Belongs here: looking, and gathering what was found. Keep out: judging data (`quality`), and mending
anything but rights. It reads no row, and changes nothing unless asked.
"""
