"""The register of conditions and appropriate policy documents (LAW-02)."""
