"""Commands of backups: making, checking and trying them, and restoring a home."""
