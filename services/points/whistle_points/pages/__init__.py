"""
Pages of points: plain HTML, two languages, no JavaScript.
"""
