"""Parts of ``./dev bench points``."""
