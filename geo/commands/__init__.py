"""The commands of ``python -m geo``, a module for each thing they are about.

`terminal` is what they share; `geo.cli` gathers them.
"""
