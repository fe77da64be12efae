"""A sample bureau for the demo: invented people whose history the platform's own code makes."""
