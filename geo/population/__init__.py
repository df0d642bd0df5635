"""Where people live: persons by village or out of a grid, and the demand points made of them.

`rasters` reads grids (in `raster_reader`, a process of its own), `populations` says which count
holds, `spreading` places what nobody has placed, and `demand` puts them together.
"""
