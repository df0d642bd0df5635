"""The report to the leadership: what it says, as plain data, and three writers that render it.

`content` computes what is said, once, from the tables; `word`, `typeset` and `workbook` write it
as DOCX, PDF and XLSX and know nothing of coverage; `drawing` draws its maps without a browser.
"""
