"""Set-up on a fresh machine: `python3 -m setup run|test`. Standard library only."""
