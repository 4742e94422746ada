"""Links, their recipients and notices."""
