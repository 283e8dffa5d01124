"""Who is this row? The agreed rules in their order, decided by sets (ISA-02)."""
