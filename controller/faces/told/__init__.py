"""What was done, in words, curves and numbers, for every face that tells of the record. Pure."""
