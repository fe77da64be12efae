"""The register of laws."""
