"""
Routing's pages: what everybody may see.
"""
