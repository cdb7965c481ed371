"""Queries over several collections, in the words of OGC API Features Part 10 (draft 26-008).

`expression` reads what is asked, `parameters` puts values into a stored one, `conditions` says in SQL how collections
are joined, `statement` asks the database, `answers` writes what it found.
"""
