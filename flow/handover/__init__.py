"""HANDOVER: copies given to consumers, called back when their grant ended, and found again."""
