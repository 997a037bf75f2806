"""
A district's plugin runs in a process of its own: :mod:`.parent` starts, asks and stops it, :mod:`.child` is what runs there,
:mod:`.sandbox` is what it locks itself into, :mod:`.wire` is what they say to each other.
"""
