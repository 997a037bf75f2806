"""
The organisation between database and people: as last read, as JSON values, as files. What is true of it is in ``domain``, what is
done with it in ``handlers``.
"""
