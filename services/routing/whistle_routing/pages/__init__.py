"""
Routing's pages: what everybody may see, and the desk of those who act.
"""
