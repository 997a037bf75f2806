"""
Work that changes hands: given back, reviewed, ruled upon, recalled; more time; precedents; who owns a case (domain D3, S4-19).
"""
