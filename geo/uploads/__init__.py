"""Files that people hand in, read and marked by processes of their own that may die of them.

`children` asks and `reading` answers: `sheets`, `old_workbooks`, `delimited`, `features` and
`vectors` know a format each, `grids` and `headings` find the table in it. `marking` gives a
workbook back with its problems marked; `attachments` examines pictures and documents.
"""
