"""
Whistles: blown and approved, the four powers of whoever blew, escalation, joint consultations, what is published.
"""
