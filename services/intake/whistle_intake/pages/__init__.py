"""
Intake's pages: rendered by the server, readable without JavaScript, phone width first.
"""
