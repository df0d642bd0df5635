"""A teacher's tour: from what a class asks and what the register knows to a day that works.

`request` says what is asked, `building` makes of it and of the tables the numbers that
`geo.itinerary` plans with, `outcome` is the answer that page, command and documents show.
"""
