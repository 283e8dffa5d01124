"""Letters to young people: their words, their batches, and the files that are printed."""
