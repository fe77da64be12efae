"""Reports for personnel officers: their own subtree, and not one name outside it."""
