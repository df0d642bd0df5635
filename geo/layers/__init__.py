"""Boundary layers: how an official file becomes one, what is checked, where layers are kept.

A file comes in through `importing`: read by `shapes_reader`, its coordinates told apart in
`coordinates`, its features matched to the lists in `matching`, measured in `tiling`, `faults`
and `topology`; `plan` is the layer it would become. `adoption` puts a layer in force, `storage`
keeps it in the database, `files` in GeoJSON. `tessellation` and `wedges` draw the schematic one
of `geo.boundaries`, and `whereabouts` says in which township a position falls.
"""
