"""The points service: a ledger of party members' points, kept like money (S1-18…21, D10)."""
