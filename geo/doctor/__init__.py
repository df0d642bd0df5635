"""The coordinate doctor: positions that look wrong, why, how surely, and a proposed repair.

`diagnosis` examines, with what `placements` and `datums` see; `findings` says what was found
and mends it; `rows` reads hosts and villages as the doctor reads venues.
"""
