"""OSM opening_hours: read for a day by `day`, written by people (`entry`, `chinese`), as a `week`.

`geo.hours` says whether a venue is open at a moment.
"""
