"""What every other package may use: addresses, charsets, memory, and admission to work that only a few may do at once."""
