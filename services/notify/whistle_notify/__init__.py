"""The notify service: who hears what, by which channel, and what people must do where no machine reaches (S1-12)."""
