"""What Quanshu costs, as ratios against a named floor measured in the same run."""
