"""The Council: its roster and rules, its meetings, votes, counts and papers."""
