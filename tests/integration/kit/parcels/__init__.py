"""A service so small that whatever goes wrong with it is the kit's doing."""
