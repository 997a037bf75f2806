"""
What surrounds a plugin's decision: the parties and the grid it is given, the versions that run beside it, what was recorded of it,
and how that is shown.
"""
