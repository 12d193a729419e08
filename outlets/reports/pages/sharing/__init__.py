"""Pages of sharing: grants and applications, copies and recalls, the audit log's counts."""
