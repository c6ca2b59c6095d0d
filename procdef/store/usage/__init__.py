"""The usage index: writing it together with the definitions, and filling it with those that were there before."""
