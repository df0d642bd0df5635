"""Where the next stations help most: exact location models on a sparse table of who reaches what.

A `Problem` says who is reached from where and what is fixed; each model takes one and gives a
`Solution` with a proven bound. Nothing here knows of maps, tables of the register or wording.
"""
