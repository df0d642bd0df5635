"""A day's study tour that works: which stops, in which order, at what times, proven best.

A `Day` says what is asked in minutes and numbers; `search.plan` answers with a `Tour`. Nothing here
knows of the register, of dates or of wording.
"""
