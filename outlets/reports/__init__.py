"""Reports: the site that a quality officer opens in the morning, made of facts read once.

Belongs here: reading facts (`facts`), what a page says (`pages`), how it looks (`templates`,
`assets`), and writing it. Keep out: judging, clocks, scores: a page shows what others worked out.
"""
